import type { RealPackage } from '../package.ts'

const PATTERN =
  '"(?:_|\\\\u005[Ff])(?:_|\\\\u005[Ff])(?:p|\\\\u0070)(?:r|\\\\u0072)(?:o|\\\\u006[Ff])(?:t|\\\\u0074)(?:o|\\\\u006[Ff])(?:_|\\\\u005[Ff])(?:_|\\\\u005[Ff])"\\s*:'

export const secureJsonParse: RealPackage = {
  repository: 'fastify/secure-json-parse',
  version: '4.1.0',
  commit: 'aa7555b85eb6aed4f4e4fbf0b4ef85d795822320',
  target: { install: 'npm pkg delete devDependencies && npm install --no-save tape@5 nyc@18' },
  twists: {
    'escaped names pass': [['index.js', PATTERN, '"__proto__"\\s*:']],
    'a level is a level': [
      ['index.js', '    const nodes = next\n', '    const level = next\n'],
      ['index.js', '    for (const node of nodes) {', '    for (const node of level) {'],
    ],
    'only the top is scanned': [
      ['index.js', '          next.push(value)\n', '          if (next.length > 1e9) next.push(value)\n'],
    ],
  },
  missions: [
    { id: 'see escaped __proto__', kind: 'good', from: ['escaped names pass'], to: [] },
    { id: 'see only plain __proto__', kind: 'bad', from: [], to: ['escaped names pass'] },
    { id: 'name the level', kind: 'neutral', from: [], to: ['a level is a level'] },
    { id: 'scan all levels', kind: 'good', from: ['only the top is scanned'], to: [] },
    { id: 'scan the top only', kind: 'bad', from: [], to: ['only the top is scanned'] },
  ],
}
