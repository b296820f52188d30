import type { RealPackage } from '../package.ts'

export const ms: RealPackage = {
  repository: 'vercel/ms',
  version: '3.0.0-canary.1',
  commit: '4b85938394832e62e6e25cca5c151bbc97fe26e2',
  target: {
    install:
      'npm pkg delete devDependencies && npm install --no-save --legacy-peer-deps jest@30.0.5 ts-jest@29.4.0 ts-node@10 @jest/globals@30.0.5 typescript@5.8.3 @types/node@24',
    test: {
      command:
        'export PATH="$PWD/node_modules/.bin:$PATH" && jest --env node --json --outputFile=.reports/jest.json --coverageDirectory=.reports --coverageReporters=lcovonly',
      report: '.reports/jest.json',
      coverage: '.reports/lcov.info',
    },
  },
  twists: {
    'any length is parsed': [['src/index.ts', ' || str.length > 100) {', ') {']],
    'a week has six days': [['src/index.ts', 'const w = d * 7;', 'const w = d * 6;']],
    'less has to be covered': [['jest.config.ts', '      branches: 100,\n', '      branches: 80,\n']],
  },
  missions: [
    { id: 'refuse long texts', kind: 'good', from: ['any length is parsed'], to: [] },
    { id: 'parse any length', kind: 'bad', from: [], to: ['any length is parsed'] },
    { id: 'a week has seven days', kind: 'good', from: ['a week has six days'], to: [] },
    { id: 'lower the threshold', kind: 'bad', from: [], to: ['less has to be covered'] },
  ],
}
