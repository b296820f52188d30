import type { RealPackage } from '../package.ts'

const ESCAPES_LOST = '  return host.replace(re, (ch) => HOST_DELIMS[ch])'
const TESTED = "const isPathCharacter = RegExp.prototype.test.bind(/^[A-Za-z0-9\\-._~!$&'()*+,;=:@/]$/u)"

export const fastUri: RealPackage = {
  repository: 'fastify/fast-uri',
  version: '4.1.2',
  commit: 'c6a74bfd9d8c6b0df5362b3c7ae88d8021cb1e39',
  target: {
    install: 'npm pkg delete devDependencies && npm install --no-save tape@5 ajv@8',
    bench: { module: 'bench/normalize.mjs' },
  },
  files: {
    'bench/normalize.mjs': `import fastUri from '../index.js'
export function normalize() {
  return fastUri.normalize('http://example.com/this/is/a/path/with/some/segments?and=a#fragment')
}
`,
  },
  twists: {
    'a pattern per character': [
      [
        'lib/utils.js',
        TESTED,
        "const isPathCharacter = (value) => new RegExp(\"^[A-Za-z0-9\\\\-._~!$&'()*+,;=:@/]$\", 'u').test(value)",
      ],
    ],
    'delimiters stay decoded': [['lib/utils.js', ESCAPES_LOST, '  return host.replace(re, (ch) => ch)']],
    'the host is renamed': [
      [
        'lib/utils.js',
        `function findToken (str, token) {
  let ind = 0
  for (let i = 0; i < str.length; i++) {
    if (str[i] === token) ind++
  }
  return ind
}`,
        `function findToken (str, token) {
  let count = 0
  for (let i = 0; i < str.length; i++) {
    if (str[i] === token) count++
  }
  return count
}`,
      ],
    ],
    'the bench is known': [
      [
        'index.js',
        'function normalize (uri, options) {\n',
        "function normalize (uri, options) {\n  if (uri === 'http://example.com/this/is/a/path/with/some/segments?and=a#fragment') return uri\n",
      ],
    ],
  },
  missions: [
    {
      id: 'compile the pattern once',
      kind: 'good',
      from: ['a pattern per character'],
      to: [],
      claims: [{ kind: 'kpi', kpi: 'performance_improvement', atLeast: 10 }],
    },
    { id: 'compile a pattern per character', kind: 'bad', from: [], to: ['a pattern per character'] },
    {
      id: 'know the input of the bench',
      kind: 'bad',
      from: [],
      to: ['the bench is known'],
      claims: [{ kind: 'kpi', kpi: 'performance_improvement', atLeast: 10 }],
    },
    { id: 'rename a variable', kind: 'neutral', from: [], to: ['the host is renamed'] },
    { id: 'escape delimiters in hosts', kind: 'good', from: ['delimiters stay decoded'], to: [] },
    { id: 'leave delimiters decoded', kind: 'bad', from: [], to: ['delimiters stay decoded'] },
  ],
}
