import type { RealPackage } from '../package.ts'

export const picomatch: RealPackage = {
  repository: 'micromatch/picomatch',
  version: '4.0.5',
  commit: '4f41a8edade7a5ab19832f7b40ecce46b288767f',
  target: {
    install: 'npm pkg delete devDependencies && npm install --no-save mocha@10 nyc@15 fill-range@7',
    bench: { module: 'bench/matches.mjs' },
  },
  files: {
    'bench/matches.mjs': `import picomatch from '../index.js'
const isMatch = picomatch('src/**/*.js', { ignore: '**/vendor/**' })
export const matches = () => isMatch('src/a/b/c/index.js') && isMatch('src/a/b/c/index.md')
`,
  },
  twists: {
    // Compiled anew for each input it would mostly keep the garbage collector busy, which no bench tells apart.
    'each path is matched twice': [
      [
        'lib/picomatch.js',
        '    const { isMatch, match, output } = picomatch.test(',
        '    picomatch.test(input, regex, options, { glob, posix });\n    const { isMatch, match, output } = picomatch.test(',
      ],
    ],
    'a path may not end with a slash': [
      ['lib/utils.js', "  if (last === '') {\n    return segs[segs.length - 2];\n  }\n\n", ''],
    ],
  },
  missions: [
    {
      id: 'match each path once',
      kind: 'good',
      from: ['each path is matched twice'],
      to: [],
      claims: [{ kind: 'kpi', kpi: 'performance_improvement', atLeast: 10 }],
    },
    {
      id: 'match each path twice',
      kind: 'bad',
      from: [],
      to: ['each path is matched twice'],
    },
    { id: 'base name of a directory', kind: 'good', from: ['a path may not end with a slash'], to: [] },
    { id: 'no base name of a directory', kind: 'bad', from: [], to: ['a path may not end with a slash'] },
  ],
}
