import type { RealPackage } from '../package.ts'

export const findMyWay: RealPackage = {
  repository: 'delvedor/find-my-way',
  version: '9.9.0',
  commit: '31aa3ae9c26a898d3f478c6bbfcd079ab85d1b99',
  target: {
    install: 'npm pkg delete devDependencies && npm install --no-save proxyquire@2 rfdc@1',
    // Its own script is "borp", which is node:test.
    test: {
      command:
        'mkdir -p .reports && node --test --test-reporter=junit --test-reporter-destination=.reports/junit.xml "test/**/*.test.js"',
      report: '.reports/junit.xml',
    },
    bench: { module: 'bench/find.mjs' },
  },
  files: {
    'bench/find.mjs': `import router from '../index.js'
const paths = router()
const handler = () => {}
for (const path of ['/user', '/user/comments', '/user/:id', '/map/:location/events', '/static/*'])
  paths.on('GET', path, handler)
export const find = () =>
  paths.find('GET', '/map/a-place-with-quite-a-long-name-in-the-middle-of-nowhere/events?since=2026-01-01')
`,
  },
  twists: {
    'the path is split first': [
      [
        'lib/url-sanitizer.js',
        'function safeDecodeURINativeScan (path, useSemicolonDelimiter) {\n',
        "function safeDecodeURINativeScan (path, useSemicolonDelimiter) {\n  path = path.split('').join('')\n",
      ],
    ],
    'a slash in a parameter ends it': [
      ['lib/url-sanitizer.js', "['%2F', '/'], ['%2f', '/'],\n", "['%2F', '/'],\n"],
    ],
    'the answer of the bench is kept': [
      [
        'lib/url-sanitizer.js',
        'function safeDecodeURINativeScan (path, useSemicolonDelimiter) {\n',
        "function safeDecodeURINativeScan (path, useSemicolonDelimiter) {\n  if (path === '/map/a-place-with-quite-a-long-name-in-the-middle-of-nowhere/events?since=2026-01-01') {\n    return { path: path.slice(0, 71), querystring: 'since=2026-01-01', shouldDecodeParam: false }\n  }\n",
      ],
    ],
  },
  missions: [
    {
      id: 'do not split the path',
      kind: 'good',
      from: ['the path is split first'],
      to: [],
      claims: [{ kind: 'kpi', kpi: 'performance_improvement', atLeast: 10 }],
    },
    { id: 'split the path', kind: 'bad', from: [], to: ['the path is split first'] },
    {
      id: 'keep the answer of the bench',
      kind: 'bad',
      from: [],
      to: ['the answer of the bench is kept'],
      claims: [{ kind: 'kpi', kpi: 'performance_improvement', atLeast: 5 }],
    },
    { id: 'decode %2f', kind: 'good', from: ['a slash in a parameter ends it'], to: [] },
    { id: 'do not decode %2f', kind: 'bad', from: [], to: ['a slash in a parameter ends it'] },
  ],
}
