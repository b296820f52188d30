import type { RealPackage } from '../package.ts'

export const qs: RealPackage = {
  repository: 'ljharb/qs',
  version: '6.15.3',
  commit: '3a890d4ecd3deb72a45d90be36f4f8c5970467c7',
  target: {
    install:
      'npm pkg delete devDependencies && npm install --no-save tape@5 nyc@17 es-value-fixtures@1 for-each@0.3 has-bigints@1 has-override-mistake@1 has-property-descriptors@1 has-proto@1 has-symbols@1 iconv-lite@0.5 mock-property@1 object-inspect@1 safer-buffer@2',
  },
  twists: {
    'more parameters than the limit': [
      [
        'lib/parse.js',
        "        options.throwOnLimitExceeded && typeof limit !== 'undefined' ? limit + 1 : limit\n",
        "        options.throwOnLimitExceeded && typeof limit !== 'undefined' ? limit + 1 : void undefined\n",
      ],
    ],
    'less has to be covered': [['.nycrc', '\t"lines": 86,\n', '\t"lines": 50,\n']],
    'a function is inlined': [
      [
        'lib/parse.js',
        'var interpretNumericEntities = function (str) {\n    return str.replace(/&#(\\d+);/g, function ($0, numberStr) {\n        return String.fromCharCode(parseInt(numberStr, 10));\n    });\n};',
        'var fromEntity = function ($0, numberStr) {\n    return String.fromCharCode(parseInt(numberStr, 10));\n};\n\nvar interpretNumericEntities = function (str) {\n    return str.replace(/&#(\\d+);/g, fromEntity);\n};',
      ],
    ],
  },
  missions: [
    { id: 'keep to the limit of parameters', kind: 'good', from: ['more parameters than the limit'], to: [] },
    { id: 'ignore the limit of parameters', kind: 'bad', from: [], to: ['more parameters than the limit'] },
    {
      id: 'lower what has to be covered',
      kind: 'bad',
      from: [],
      to: ['less has to be covered', 'a function is inlined'],
    },
    { id: 'name a function', kind: 'neutral', from: [], to: ['a function is inlined'] },
  ],
}
