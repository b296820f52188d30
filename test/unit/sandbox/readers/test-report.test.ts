// What the readers of test reports take from what tools wrote, from halves of it, and from what is meant to mislead.
import { describe, expect, test } from 'vitest'
import { readTestReport } from '../../../../src/sandbox/readers/test-report.ts'
import { answer, holdsWhenCut, report } from '../../../support/reports.ts'

const REFUSED = 'test_report_unreadable'

/** Names by result. */
async function read(text: string, root?: string) {
  const results = [...(await readTestReport(text, root))]
  const of = (result: string) => results.filter(([, is]) => is === result).map(([name]) => name)
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') }
}
const refused = (text: string) => expect(answer(() => readTestReport(text))).resolves.toBe(REFUSED)

describe('what a tool wrote is what is read', () => {
  const NODE = {
    passed: [
      'adds',
      'sums › of <two> & &quot;more&quot;',
      'sums › nested › adds',
      'hook › passes',
      'parent › child',
    ],
    skipped: ['later', 'one day'],
  }
  test.each([
    ['node-20.junit.xml', '/tmp/rf/node/test/c.test.js'],
    ['node-24.junit.xml', 'test/c.test.js'],
  ])('%s', async (file, unloaded) => {
    expect(await read(report(file))).toEqual({
      ...NODE,
      failed: ['fails', 'sums › nested › breaks', 'hook before › never', unloaded],
    })
  })
  test.each([
    ['node-20.tap', '/tmp/rf/node/test/c.test.js'],
    ['node-24.tap', 'test/c.test.js'],
  ])('%s: a suite’s own point says what its JUnit does not, a hook that fails', async (file, unloaded) => {
    expect(await read(report(file))).toEqual({
      passed: [
        'adds',
        'sums › of <two> & "more"',
        'sums › nested › adds',
        'hook › passes',
        'parent › child',
        'parent',
      ],
      skipped: NODE.skipped,
      failed: [
        'fails',
        'sums › nested › breaks',
        'sums › nested',
        'sums',
        'hook',
        'hook before › never',
        'hook before',
        unloaded,
      ],
    })
  })

  const FILES = {
    passed: [
      'test/a.test.js › adds',
      'test/a.test.js › sums › of <two> & "more"',
      'test/a.test.js › sums › nested › adds',
      'test/b.test.js › adds',
    ],
    failed: ['test/a.test.js › sums › nested › breaks', 'test/c.test.js'],
    skipped: ['test/a.test.js › sums › nested › later', 'test/a.test.js › sums › nested › one day'],
  }
  test.each([
    ['jest.json', '/tmp/rf/jest'],
    ['vitest.json', '/tmp/rf/vitest'],
  ])('%s: a file that does not load is a failed case of its name', async (file, root) => {
    expect(await read(report(file), root)).toEqual(FILES)
  })
  test('vitest.junit.xml', async () => {
    const joined = (names: string[]) =>
      names.map((name) =>
        name
          .replace(/ › nested › /, ' > nested > ')
          .replace('sums › ', 'sums > ')
          .replace(/sums > nested/, 'sums > nested'),
      )
    expect(await read(report('vitest.junit.xml'))).toEqual({
      passed: joined(FILES.passed),
      failed: [...joined(FILES.failed.slice(0, 1)), 'test/c.test.js › test/c.test.js'],
      skipped: joined(FILES.skipped),
    })
  })
  test('vitest.tap: subtests in braces', async () => {
    expect(await read(report('vitest.tap'))).toEqual({
      passed: [...FILES.passed, 'test/b.test.js'],
      failed: [
        FILES.failed[0],
        'test/a.test.js › sums › nested',
        'test/a.test.js › sums',
        'test/a.test.js',
        'test/c.test.js',
      ],
      skipped: FILES.skipped,
    })
  })
  test('vitest-flat.tap', async () => {
    const { passed, failed, skipped } = await read(report('vitest-flat.tap'))
    expect([passed.length, failed.length, skipped.length]).toEqual([4, 2, 2])
  })
  test('mocha.xunit.xml, with a hook that failed', async () => {
    expect(await read(report('mocha.xunit.xml'))).toEqual({
      passed: ['adds', 'sums › of <two> & "more"', 'sums nested › adds'],
      failed: ['sums nested › breaks', 'sums hook › "before all" hook for "never runs"'],
      skipped: ['sums nested › later', 'sums nested › pending'],
    })
  })
  test('mocha.tap', async () => {
    expect(await read(report('mocha.tap'))).toEqual({
      passed: ['adds', 'sums of <two> & "more"', 'sums nested adds'],
      failed: ['sums nested breaks', 'sums hook "before all" hook for "never runs"'],
      skipped: ['sums nested later', 'sums nested pending'],
    })
  })
  test('ava.tap, which plans no test for a file that does not load', async () => {
    expect(await read(report('ava.tap'))).toEqual({
      passed: ['b › adds', 'a › adds', 'a › known'],
      failed: ['a › fails', 'Error: does not load', 'test/c.js exited with a non-zero exit code: 1'],
      skipped: ['a › later', 'a › one day'],
    })
  })
  test('node-tap.tap', async () => {
    expect(await read(report('node-tap.tap'))).toEqual({
      passed: [
        'test/a.js › adds › should be equal',
        'test/a.js › adds',
        'test/a.js › sums › nested › holds',
        'test/b.js › fine',
        'test/b.js',
      ],
      failed: [
        'test/a.js › sums › nested › breaks',
        'test/a.js › sums › nested',
        'test/a.js › sums',
        'test/a.js',
        'test/c.js',
      ],
      skipped: ['test/a.js › later', 'test/a.js › one day'],
    })
  })
  test('tape.tap', async () => {
    expect(await read(report('tape.tap'))).toEqual({
      passed: ['adds › two'],
      failed: ['adds › one'],
      skipped: [],
    })
  })
  test('tape: assertions of one name in two tests are two cases', async () => {
    expect(
      await read(
        'TAP version 13\n# adds\nok 1 should be equal\n# takes away\nnot ok 2 should be equal\n  ---\n    operator: equal\n  ...\n# later # SKIP\nok 3 should be equal # SKIP\n\n1..3\n# tests 3\n# pass  2\n# fail  1\n',
      ),
    ).toEqual({
      passed: ['adds › should be equal'],
      failed: ['takes away › should be equal'],
      skipped: ['later # SKIP › should be equal'],
    })
  })
  test('pytest.junit.xml: the module is in the name, so that test_ok of two files is two tests', async () => {
    const a = (name: string) => `pytest › tests.test_a › ${name}`
    expect(await read(report('pytest.junit.xml'))).toEqual({
      passed: [
        a('test_ok'),
        a('test_table[1]'),
        'pytest › tests.test_a.TestGroup › test_in',
        'pytest › tests.test_b › test_ok',
      ],
      failed: [
        'pytest › tests.test_c',
        a('test_fails'),
        a('test_table[2]'),
        a('test_teardown'),
        a('test_both'),
      ],
      skipped: [a('test_later'), a('test_known')],
    })
  })
  test('go-test.jsonl: a package that is not built is a failed case of its name', async () => {
    const shop = (name: string) => `example.com/shop › ${name}`
    expect(await read(report('go-test.jsonl'))).toEqual({
      passed: [shop('TestSum'), shop('TestTable › a_b'), 'example.com/shop/sub › TestOne'],
      failed: [
        shop('TestFails'),
        shop('TestTable'),
        shop('TestTable › nested'),
        shop('TestTable › nested › breaks'),
        'example.com/shop/broken',
      ],
      skipped: [shop('TestLater')],
    })
  })
  test('Go 1.24 tells of such a package in its JSON, and of a test that the process died in by leaving it open', async () => {
    const lines = [
      { ImportPath: 'a.b/x', Action: 'build-fail' },
      { Action: 'start', Package: 'a.b/x' },
      { Action: 'fail', Package: 'a.b/x', FailedBuild: 'a.b/x' },
      { Action: 'start', Package: 'a.b/y' },
      { Action: 'run', Package: 'a.b/y', Test: 'TestDies' },
      { Action: 'fail', Package: 'a.b/y' },
    ]
    expect(await read(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))).toEqual({
      passed: [],
      failed: ['a.b/x', 'a.b/y › TestDies'],
      skipped: [],
    })
  })
})

describe('cut off anywhere, it is refused or is the same', () => {
  test.each([
    'node-20.junit.xml',
    'node-24.junit.xml',
    'node-20.tap',
    'node-24.tap',
    'vitest.junit.xml',
    'vitest.json',
    'vitest.tap',
    'vitest-flat.tap',
    'jest.json',
    'mocha.xunit.xml',
    'mocha.tap',
    'ava.tap',
    'node-tap.tap',
    'tape.tap',
    'pytest.junit.xml',
    'go-test.jsonl',
  ])('%s', async (file) => {
    await holdsWhenCut(report(file), (text) => readTestReport(text), REFUSED)
  })
})

test('a name that stands twice failed if one of them did', async () => {
  expect(
    await read('<testsuite><testcase name="a"/><testcase name="a"><failure/></testcase></testsuite>'),
  ).toEqual({ passed: [], failed: ['a'], skipped: [] })
  expect(await read('not ok 1 - a\nok 2 - a\n1..2\n')).toEqual({ passed: [], failed: ['a'], skipped: [] })
})

describe('JUnit XML', () => {
  test('names that look like numbers stay what they are', async () => {
    expect((await read('<testsuite><testcase name="1.0"/><testcase name="1"/></testsuite>')).passed).toEqual([
      '1.0',
      '1',
    ])
  })
  test('an attribute is not the element of its name', async () => {
    const xml = '<testsuite testcase="abc"><testcase name="a" skipped="false" failure=""/></testsuite>'
    expect(await read(xml)).toEqual({ passed: ['a'], failed: [], skipped: [] })
  })
  test.each([
    ['empty', '<testsuites/>'],
    ['no suites', '<html></html>'],
    ['cut off', '<testsuites><testcase name="a"/><testcase na'],
    ['fewer tests than it says', '<testsuite tests="3"><testcase name="a"/></testsuite>'],
    [
      'fewer in a suite inside',
      '<testsuites><testsuite tests="3"><testcase name="a"/></testsuite></testsuites>',
    ],
    ['fewer failures than it says', '<testsuite failures="1"><testcase name="a"/></testsuite>'],
    ['NaN tests', '<testsuite tests="NaN"><testcase name="a"/></testsuite>'],
    ['minus one test', '<testsuite tests="-1"><testcase name="a"/></testsuite>'],
    ['the same attribute twice', '<testsuite tests="9" tests="1"><testcase name="a"/></testsuite>'],
    [
      'an element that holds a second report behind it',
      '<testsuite><testcase name="a"/></testsuite><x><testcase name="b"><failure/></testcase></x>',
    ],
    ['two roots', '<testsuite><testcase name="a"/></testsuite><testsuite><testcase name="b"/></testsuite>'],
    ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>'],
    ['an entity that nobody declared', '<testsuite><testcase name="&a;"/></testsuite>'],
    [
      'deeper than any suite',
      `${'<testsuite>'.repeat(200)}<testcase name="a"/>${'</testsuite>'.repeat(200)}`,
    ],
    ['deeper than any stack', '<testsuite>'.repeat(100_000) + '</testsuite>'.repeat(100_000)],
    ['larger than any suite', `<testsuite>${'<testcase name="a"/>'.repeat(50_001)}</testsuite>`],
  ])('%s is refused', async (_what, xml) => {
    await refused(xml)
  })
})

describe('TAP', () => {
  test('skip and todo are skipped, however they ended', async () => {
    const tap =
      'TAP version 13\n1..4\nok 1 - a # SKIP no\nnot ok 2 - b # TODO\nok 3 - c # todo later\nok 4 - d\n'
    expect(await read(tap)).toEqual({ passed: ['d'], failed: [], skipped: ['a', 'b', 'c'] })
  })
  test('a subtest that died without a plan is what its own point says: failed', async () => {
    const tap = '1..1\n# Subtest: file\n    ok 1 - a\nnot ok 1 - file\n'
    expect(await read(tap)).toEqual({ passed: ['file › a'], failed: ['file'], skipped: [] })
  })
  test('tests without a name are told apart', async () => {
    expect((await read('ok\nok\n1..2\n')).passed).toEqual(['test 1', 'test 2'])
  })
  test('megabytes of diagnostics are not read', async () => {
    const yaml = `  ---\n${'  a: [b, {c: d}]\n'.repeat(500_000)}  ...\n`
    expect((await read(`1..2\nok 1 - a\n${yaml}ok 2 - b\n`)).passed).toEqual(['a', 'b'])
  })
  test('what a test prints into its diagnostics is no matter, a result there is', async () => {
    const tap = (between: string) => `1..2\nok 1 - a\n  ---\n  x: 1\n${between}\n  ...\nok 2 - b\n`
    expect((await read(tap('hello'))).passed).toEqual(['a', 'b'])
    await refused(tap('ok 2 - c'))
  })
  test.each([
    ['no plan', 'TAP version 13\nok 1 - a\n'],
    ['fewer tests than planned', '1..3\nok 1 - a\nok 2 - b\n'],
    ['more tests than planned', '1..1\nok 1 - a\nok 2 - b\n'],
    ['a test behind the last plan', 'ok 1 - a\n1..1\nnot ok 2 - b\n'],
    ['two reports in one', 'TAP version 13\nok 1 - a\n1..1\nTAP version 13\nok 1 - b\n1..1\n'],
    ['no tests', 'TAP version 14\n1..0 # no tests found\n'],
    ['given up', '1..2\nok 1 - a\nBail out! no database\n'],
    ['given up inside', '1..1\n# Subtest: a\n    Bail out!\nnot ok 1 - a\n'],
    ['a subtest that lacks tests and passed', '1..1\n# Subtest: file\n    1..2\n    ok 1 - a\nok 1 - file\n'],
    ['a directive cut off', '1..1\nnot ok 1 - a # TOD'],
    ['plan too large', '1..99999999999999999999\nok 1 - a\n'],
    ['only a plan', '1..5\n'],
    [
      'deeper than any test',
      Array.from({ length: 400 }, (_, i) => `${'    '.repeat(i)}# Subtest: a\n`).join('') +
        `${'    '.repeat(400)}ok 1 - x\n`,
    ],
    ['deeper than any stack', `1..1\n${' '.repeat(400_000)}ok 1 - x\n`],
  ])('%s is refused', async (_what, tap) => {
    await refused(tap)
  })
  test('diagnostics in YAML are not a way in, nor deep ones', async () => {
    const bomb = Array.from(
      { length: 20 },
      (_, i) => `  a${i}: &a${i} [${`*a${i - 1},`.repeat(i ? 9 : 0)}x]`,
    ).join('\n')
    const tap = `1..2\nok 1 - a\n  ---\n${bomb}\n  ...\nok 2 - b\n  ---\n  x: ${'['.repeat(100_000)}\n  ...\n`
    expect((await read(tap)).passed).toEqual(['a', 'b'])
  })
})

describe('Vitest and Jest JSON', () => {
  const file = (over: object = {}) => ({
    name: '/work/a.test.ts',
    status: 'passed',
    assertionResults: [{ ancestorTitles: [], title: 'a', status: 'passed' }],
    ...over,
  })
  const json = (over: object = {}) =>
    JSON.stringify({ numTotalTests: 1, numFailedTests: 0, testResults: [file()], ...over })
  test('paths are inside the tree', async () => {
    expect((await read(json())).passed).toEqual(['a.test.ts › a'])
  })
  test('a file that failed although all its tests passed (a hook behind them) is a failed case', async () => {
    expect(await read(json({ testResults: [file({ status: 'failed' })] }))).toMatchObject({
      passed: ['a.test.ts › a'],
      failed: ['a.test.ts'],
    })
  })
  test.each([
    ['fewer tests than it says', json({ numTotalTests: 2 })],
    [
      'a file that did not load in place of a test',
      json({ numTotalTests: 2, testResults: [file(), file({ status: 'failed', assertionResults: [] })] }),
    ],
    ['fewer failures than it says', json({ numFailedTests: 1 })],
    ['interrupted', json({ wasInterrupted: true })],
    ['minus one test', json({ numTotalTests: -1 })],
    ['NaN tests', json().replace('"numTotalTests":1', '"numTotalTests":NaN')],
    ['null tests', json({ numTotalTests: null })],
    [
      'a state of no known kind',
      json({
        testResults: [file({ assertionResults: [{ ancestorTitles: [], title: 'a', status: 'fine' }] })],
      }),
    ],
    ['no tests', json({ numTotalTests: 0, testResults: [] })],
    ['the same key twice', json().replace('{', '{"testResults":[],')],
    ['the same key twice, escaped', json().replace('{', '{"\\u0074estResults":[],')],
    ['other JSON', '{"hello":1}'],
    ['a list', '[1,2]'],
    [
      'millions that are none',
      `{"numTotalTests":1,"numFailedTests":0,"testResults":[${'0,'.repeat(3_000_000)}0]}`,
    ],
    ['deeper than any stack', '['.repeat(100_000)],
    ['deep and whole', `{"testResults":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('%s is refused', async (_what, text) => {
    await refused(text)
  })
})

describe('go test -json', () => {
  const PASS = '{"Action":"pass","Package":"x","Test":"TestA"}\n{"Action":"pass","Package":"x"}\n'
  test.each([
    ['a package that does not end', '{"Action":"pass","Package":"x","Test":"TestA"}\n'],
    ['a package that was promised and is missing', `{"Action":"listed","Package":"y"}\n${PASS}`],
    [
      'a test without a result in a package that passed',
      `{"Action":"run","Package":"x","Test":"TestB"}\n${PASS}`,
    ],
    ['a line that is broken', `${PASS}{"Action":"pa\n`],
    ['the same key twice', PASS.replace('{', '{"Action":"fail",')],
    ['no packages', '{"Action":"output","Output":"x"}\n'],
  ])('%s is refused', async (_what, text) => {
    await refused(text)
  })
  test('a package named as nothing should be is a package', async () => {
    expect(
      (await read(PASS.replaceAll('"x"', '"__proto__"').replaceAll('TestA', 'constructor'))).passed,
    ).toEqual(['__proto__ › constructor'])
  })
})

describe('whatever the form', () => {
  test.each([
    ['empty', ''],
    ['white', ' \n\t\n'],
    ['prose', 'All tests passed.\n'],
    ['bytes of something else', '\u0000\u0001ÿ<<<<'.repeat(1_000)],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 0x3c, 0x00, 0x80]).toString('utf8')],
    ['60 MB of XML', `<testsuite>${' '.repeat(60_000_000)}</testsuite>`],
    ['60 MB of JSON', `{"testResults":"${'x'.repeat(60_000_000)}"}`],
  ])('%s is refused', async (_what, text) => {
    await refused(text)
  })
  test.each([
    ['JUnit', (name: string) => `<testsuite><testcase name="${name}"/></testsuite>`],
    ['TAP', (name: string) => `1..1\nok 1 - ${name}\n`],
    [
      'Jest',
      (name: string) =>
        JSON.stringify({
          numTotalTests: 1,
          numFailedTests: 0,
          testResults: [
            {
              name: 'f',
              status: 'passed',
              assertionResults: [{ ancestorTitles: [], title: name, status: 'passed' }],
            },
          ],
        }),
    ],
  ])('%s: names are what they are, without what hides', async (_form, make) => {
    for (const name of ['__proto__', 'constructor', 'toString'])
      expect((await read(make(name))).passed[0]).toMatch(new RegExp(`(^|› )${name}$`))
    expect((await read(make('a\u202eb\u200bc\ufffd'))).passed[0]).toMatch(/abc\ufffd$/)
    expect((await read(make('x'.repeat(100_000)))).passed[0]!.length).toBeLessThanOrEqual(300)
  })
  test('colours and controls in a name are dropped', async () => {
    expect((await read('1..1\nok 1 - \u001b[31mred\u001b[0m\u0007 bell\n')).passed).toEqual(['red bell'])
  })
  test('a byte order mark and Windows line ends are no matter', async () => {
    expect((await read('\ufeff1..1\r\nok 1 - a\r\n')).passed).toEqual(['a'])
    expect((await read(`\ufeff${report('vitest.json')}`, '/tmp/rf/vitest')).passed).toHaveLength(4)
  })
})
