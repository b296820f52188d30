// How a project's tests are run, from its manifests alone.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { detectPlan, MANIFESTS } from '../../../src/sandbox/detect-plan.ts'
import type { Plan } from '../../../src/sandbox/plan.ts'

const PRELUDE =
  'rm -rf .grace-reports && mkdir -p .grace-reports && export PATH="$PWD/node_modules/.bin:$PATH" && '
const node = (
  scripts: object,
  devDependencies: object = {},
  paths: string[] = ['package.json'],
): Plan | undefined =>
  detectPlan(new Map([['package.json', JSON.stringify({ scripts, devDependencies })]]), paths)
const line = (plan: Plan | undefined): string => {
  expect(plan?.test.command).toMatch(/^rm -rf /)
  return String(plan?.test.command).replace(PRELUDE, '')
}

describe('a test script', () => {
  const MOCHA = '--reporter xunit -O output=.grace-reports/test.xml'
  const C8 = 'c8 --reporter=lcovonly --reports-dir=.grace-reports/coverage --check-coverage=false'
  test.each<[string, Record<string, string>, Record<string, string>, string]>([
    [
      'keeps the arguments it gives',
      { test: "mocha 'test/*.js' --timeout 5000" },
      { mocha: '10' },
      `mocha 'test/*.js' --timeout 5000 ${MOCHA}`,
    ],
    [
      'loses its own reporter and its watching',
      { test: 'mocha -R spec --reporter=dot --watch test' },
      {},
      `mocha test ${MOCHA}`,
    ],
    ['runs no linters', { test: 'xo && c8 mocha' }, {}, `${C8} mocha ${MOCHA}`],
    [
      'runs no linters by another name',
      { test: 'npm run lint && mocha', lint: 'eslint . && tsc --noEmit' },
      {},
      `mocha ${MOCHA}`,
    ],
    [
      'is followed through npm run',
      { test: 'npm run -s unit -- --bail', unit: 'mocha a.js' },
      {},
      `mocha a.js --bail ${MOCHA}`,
    ],
    ['runs what it needs before', { test: 'tsc && mocha dist' }, {}, `tsc && mocha dist ${MOCHA}`],
    [
      'runs pretest and posttest',
      { pretest: 'npm run build && eslint .', build: 'tsc', test: 'mocha', posttest: 'rimraf tmp' },
      {},
      `npm run build && mocha ${MOCHA} && rimraf tmp`,
    ],
    [
      'asks no registry about dependencies, and reads no documentation',
      {
        pretest: 'npm run --silent readme && npm run --silent lint',
        readme: 'evalmd README.md',
        lint: 'eslint .',
        test: 'npm run tests-only',
        'tests-only': 'mocha',
        posttest: "npx npm@'>=10.2' audit --production",
      },
      {},
      `mocha ${MOCHA}`,
    ],
    [
      'runs what stands before inside',
      { test: 'npm run unit', preunit: 'node prepare.js', unit: 'mocha' },
      {},
      `node prepare.js && mocha ${MOCHA}`,
    ],
    [
      'keeps its environment',
      { test: 'cross-env NODE_ENV=test npx --no-install mocha' },
      {},
      `cross-env NODE_ENV=test mocha ${MOCHA}`,
    ],
    [
      'keeps options of c8 but its reports and thresholds',
      { test: 'c8 --all -r html --check-coverage mocha && c8 report' },
      {},
      `c8 --all --reporter=lcovonly --reports-dir=.grace-reports/coverage --check-coverage=false mocha ${MOCHA}`,
    ],
    ['is covered where c8 is installed', { test: 'mocha' }, { c8: '10' }, `${C8} mocha ${MOCHA}`],
    [
      'is split by npm-run-all',
      { test: 'run-s lint test:*', lint: 'xo', 'test:types': 'tsd', 'test:unit': 'mocha' },
      {},
      `mocha ${MOCHA}`,
    ],
    [
      'may have && in quotes',
      { test: 'node -e "a && b" && mocha -g "x && y"' },
      {},
      `node -e "a && b" && mocha -g "x && y" ${MOCHA}`,
    ],
  ])('%s', (_what, scripts, dev, expected) => {
    const plan = node(scripts, dev)
    expect(plan?.runner).toBe('mocha')
    expect(line(plan)).toBe(expected)
  })

  test.each<
    [string, Record<string, string>, Record<string, string>, Plan['runner'], string, string | undefined]
  >([
    [
      'node:test',
      { test: 'node --import tsx --test test/' },
      {},
      'node:test',
      '.grace-reports/test.tap',
      '.grace-reports/lcov.info',
    ],
    [
      'vitest',
      { test: 'npm run lint && vitest', lint: 'eslint .' },
      {},
      'vitest',
      '.grace-reports/test.json',
      undefined,
    ],
    [
      'vitest with coverage',
      { test: 'vitest run' },
      { '@vitest/coverage-v8': '3' },
      'vitest',
      '.grace-reports/test.json',
      '.grace-reports/coverage/lcov.info',
    ],
    [
      'jest',
      { test: 'node --experimental-vm-modules node_modules/jest/bin/jest.js' },
      {},
      'jest',
      '.grace-reports/test.json',
      '.grace-reports/coverage/lcov.info',
    ],
    ['ava', { test: 'ava test/foo.js' }, {}, 'ava', '.grace-reports/test.tap', undefined],
    [
      'node-tap',
      { test: 'tap' },
      { tap: '^21' },
      'tap',
      '.grace-reports/test.tap',
      '.grace-reports/coverage/lcov.info',
    ],
    ['tape', { test: 'tape test/*.js | tap-spec' }, {}, 'tap', '.grace-reports/test.tap', undefined],
    [
      'a file that uses tape',
      { test: 'node test.js' },
      { tape: '5' },
      'tap',
      '.grace-reports/test.tap',
      undefined,
    ],
    [
      'a dependency alone',
      {},
      { jest: '29' },
      'jest',
      '.grace-reports/test.json',
      '.grace-reports/coverage/lcov.info',
    ],
    [
      'what npm init wrote',
      { test: 'echo "Error: no test specified" && exit 1' },
      { ava: '6' },
      'ava',
      '.grace-reports/test.tap',
      undefined,
    ],
  ])('of %s', (_what, scripts, dev, runner, report, coverage) => {
    const plan = node(scripts, dev)
    expect(plan).toMatchObject({ runner, test: { report } })
    expect(plan?.test.coverage).toBe(coverage)
  })
  test('node:test: options stand before the files', () => {
    expect(line(node({ test: 'node --test --test-reporter spec test/' }))).toBe(
      'node --test-reporter=tap --test-reporter-destination=.grace-reports/test.tap --experimental-test-coverage --test-reporter=lcov --test-reporter-destination=.grace-reports/lcov.info --test test/',
    )
  })
  test.each([
    ['none of these', { test: 'make test' }],
    ['itself', { test: 'npm test' }],
    ['one that runs it', { test: 'npm run a', a: 'npm run test' }],
    ['c8 alone', { test: 'c8 report' }],
    ['a name of every object', { test: 'npm run constructor && toString' }],
  ])('that runs %s is not recognised', (_what, scripts) => {
    expect(node(scripts, {})).toBeUndefined()
  })
})

test('npm installs what is locked, or what is named, or nothing', () => {
  const install = (dev: object, ...paths: string[]) => node({ test: 'mocha' }, dev, paths)?.install
  expect(install({ mocha: '1' }, 'package-lock.json')).toBe('npm ci --ignore-scripts --no-audit --no-fund')
  expect(install({ mocha: '1' }, 'npm-shrinkwrap.json')).toMatch(/^npm ci/)
  expect(install({ mocha: '1' })).toBe('npm install --ignore-scripts --no-audit --no-fund')
  expect(install({}, 'package-lock.json')).toBeUndefined()
})

describe('other languages', () => {
  test('Go, with packages listed first', () => {
    const plan = detectPlan(new Map([['go.mod', 'module x']]), ['go.mod', 'a_test.go'])
    expect(plan).toMatchObject({
      runner: 'go test',
      test: { report: '.grace-reports/go-test.jsonl', coverage: '.grace-reports/cover.out' },
    })
    expect(plan?.test.command).toContain('GOFLAGS=-mod=mod')
    const vendored = detectPlan(new Map([['go.mod', 'module x']]), ['a_test.go', 'vendor/modules.txt'])
    expect(vendored?.test.command).toContain('GOFLAGS=-mod=vendor')
  })
  test('pytest, where something says so and there are tests', () => {
    const paths = ['pyproject.toml', 'src/shop/a.py', 'tests/test_a.py']
    const plan = detectPlan(new Map([['pyproject.toml', '[tool.pytest.ini_options]\n']]), paths)
    expect(plan).toMatchObject({
      runner: 'pytest',
      test: { report: '.grace-reports/test.xml' },
      why: expect.stringContaining('pyproject.toml'),
    })
    expect(plan?.test.command).toContain('PYTHONPATH=src:.')
    expect(detectPlan(new Map(), ['tests/test_a.py', 'tests/conftest.py'])?.runner).toBe('pytest')
    expect(detectPlan(new Map([['pytest.ini', '[pytest]']]), ['a.py'])).toBeUndefined()
    expect(detectPlan(new Map(), ['tests/test_a.py'])).toBeUndefined()
  })
})

test.each([
  ['nothing', '', []],
  ['broken', '{"scripts":', []],
  ['a list', '[]', []],
  ['no strings', '{"scripts":{"test":1},"devDependencies":[1]}', []],
])('a package.json that is %s is not recognised', (_what, text, paths) => {
  expect(detectPlan(new Map([['package.json', text]]), paths)).toBeUndefined()
})

test('every command is one that sh can read', () => {
  const plans = [
    node({ test: 'c8 mocha' }),
    node({ test: 'node --test' }),
    node({ test: 'vitest' }),
    node({ test: 'jest' }),
    node({ test: 'ava' }),
    node({ test: 'tap' }, { tap: '15' }),
    node({ test: 'tap' }),
    node({ test: 'tape x' }),
    detectPlan(new Map([['go.mod', '']]), ['a_test.go']),
    detectPlan(new Map([['pytest.ini', '[pytest]']]), ['test_a.py']),
  ]
  for (const plan of plans) execFileSync('/bin/sh', ['-n', '-c', String(plan!.test.command)])
  expect(MANIFESTS).toContain('package.json')
})
