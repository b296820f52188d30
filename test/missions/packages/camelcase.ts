import type { RealPackage } from '../package.ts'

export const camelcase: RealPackage = {
  repository: 'sindresorhus/camelcase',
  version: '9.0.0',
  commit: '8596a65fcbfedd474cdedf16f48b7d9381eb7953',
  target: { install: 'npm pkg delete devDependencies && npm install --no-save ava@6' },
  twists: {
    'a prefix is lost': [
      [
        'index.js',
        '\tconst leadingPrefix = input.match(/^[_$]*/)[0];',
        '\tconst leadingPrefix = input.match(/^[$]*/)[0];',
      ],
    ],
    'a test is skipped': [['test.js', "test('camelCase', t => {", "test.skip('camelCase', t => {"]],
    'a comment is shorter': [
      [
        'index.js',
        '\t// Strip leading separators eagerly so they do not affect word detection\n',
        '\t// Leading separators are no word\n',
      ],
    ],
  },
  missions: [
    { id: 'keep a leading underscore', kind: 'good', from: ['a prefix is lost'], to: [] },
    { id: 'lose a leading underscore', kind: 'bad', from: [], to: ['a prefix is lost'] },
    {
      id: 'lose it and skip its test',
      kind: 'bad',
      from: [],
      to: ['a prefix is lost', 'a test is skipped'],
    },
    { id: 'shorten a comment', kind: 'neutral', from: [], to: ['a comment is shorter'] },
  ],
}
