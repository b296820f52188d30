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
    'what to ignore is compiled for each input': [
      [
        'lib/picomatch.js',
        '    isIgnored = picomatch(opts.ignore, ignoreOpts, returnState);',
        '    isIgnored = input => picomatch(opts.ignore, ignoreOpts, returnState)(input);',
      ],
    ],
    'a path may not end with a slash': [
      ['lib/utils.js', "  if (last === '') {\n    return segs[segs.length - 2];\n  }\n\n", ''],
    ],
  },
  missions: [
    {
      id: 'compile what to ignore once',
      kind: 'good',
      from: ['what to ignore is compiled for each input'],
      to: [],
      claims: [{ kind: 'kpi', kpi: 'performance_improvement', atLeast: 10 }],
    },
    {
      id: 'compile what to ignore for each input',
      kind: 'bad',
      from: [],
      to: ['what to ignore is compiled for each input'],
    },
    { id: 'base name of a directory', kind: 'good', from: ['a path may not end with a slash'], to: [] },
    { id: 'no base name of a directory', kind: 'bad', from: [], to: ['a path may not end with a slash'] },
  ],
}
