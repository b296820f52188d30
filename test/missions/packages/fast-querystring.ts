import type { RealPackage } from '../package.ts'

export const fastQuerystring: RealPackage = {
  repository: 'anonrig/fast-querystring',
  version: '1.1.2',
  commit: '9fe75ffc0b81c0cce4e200e5484560ff1b40da9f',
  target: {
    install: 'npm pkg delete devDependencies && npm install --no-save vitest@3 @vitest/coverage-v8@3 qs@6',
    bench: { module: 'bench/stringify.mjs' },
  },
  files: {
    'bench/stringify.mjs': `import querystring from '../lib/index.js'
const input = { frappucino: 'muffin', goat: 'scone', pond: 'moose', foo: ['bar', 'baz', 'bal'], bool: true, n: 1500 }
export const stringify = () => querystring.stringify(input)
`,
  },
  twists: {
    'each character is encoded': [
      [
        'lib/internals/querystring.js',
        '  const len = str.length;\n  if (len === 0) return "";\n',
        '  const len = str.length;\n  if (len === 0) return "";\n  if (/^[a-z0-9]+$/i.test(str)) return [...str].map((c) => encodeURIComponent(c)).join("");\n',
      ],
    ],
    'a plus stays': [
      [
        'lib/parse.js',
        '            value = value.replace(plusRegex, " ");',
        '            value = value.replace(plusRegex, "+");',
      ],
    ],
    'the test of the plus agrees': [
      ['test/parse.test.ts', '    author: "Yagiz Nizipli",\n', '    author: "Yagiz+Nizipli",\n'],
    ],
  },
  missions: [
    {
      id: 'copy what needs no encoding',
      kind: 'good',
      from: ['each character is encoded'],
      to: [],
      claims: [{ kind: 'kpi', kpi: 'performance_improvement', atLeast: 10 }],
    },
    { id: 'encode each character', kind: 'bad', from: [], to: ['each character is encoded'] },
    { id: 'a plus is a space', kind: 'good', from: ['a plus stays'], to: [] },
    { id: 'a plus is a plus', kind: 'bad', from: [], to: ['a plus stays'] },
    {
      id: 'a plus is a plus, and its test agrees',
      kind: 'bad',
      from: [],
      to: ['a plus stays', 'the test of the plus agrees'],
    },
  ],
}
