import { describe, expect, test } from 'vitest'
import { readBenchLines } from '../../../src/sandbox/readers/bench-lines.ts'
import { readJUnit } from '../../../src/sandbox/readers/junit.ts'
import { linePercent, readLcov } from '../../../src/sandbox/readers/lcov.ts'

describe('JUnit XML', () => {
  test('of node:test', async () => {
    const results = await readJUnit(`<?xml version="1.0" encoding="utf-8"?>
<testsuites>
  <testcase name="adds" time="0.01" classname="test"/>
  <testcase name="fails" time="0.01" classname="test"><failure type="testCodeFailure" message="no">no</failure></testcase>
  <testcase name="later" time="0" classname="test"><skipped type="skipped" message="true"/></testcase>
  <testsuite name="inner" tests="1"><testcase name="adds" time="0.01" classname="test"/></testsuite>
</testsuites>`)
    expect([...results]).toEqual([
      ['adds', 'passed'],
      ['fails', 'failed'],
      ['later', 'skipped'],
      ['inner › adds', 'passed'],
    ])
  })
  test('of pytest', async () => {
    const results = await readJUnit(
      `<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" errors="1" failures="0" skipped="0" tests="2"><testcase classname="t.test_a" name="test_ok" time="0.001" /><testcase classname="t.test_a" name="test_broken" time="0.001"><error message="boom">x</error></testcase></testsuite></testsuites>`,
    )
    expect([...results]).toEqual([
      ['pytest › test_ok', 'passed'],
      ['pytest › test_broken', 'failed'],
    ])
  })
  test('a name that stands twice failed if one of them did', async () => {
    const results = await readJUnit(
      '<testsuite><testcase name="a"/><testcase name="a"><failure/></testcase></testsuite>',
    )
    expect([...results]).toEqual([['a', 'failed']])
  })
  test.each([
    ['empty', ''],
    ['no XML', 'ok 1 - adds'],
    ['cut off', '<testsuites><testcase name="a"/><testcase na'],
    ['fewer tests than it says', '<testsuite tests="3"><testcase name="a"/></testsuite>'],
    ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>'],
    [
      'deeper than any suite',
      `${'<testsuite>'.repeat(200)}<testcase name="a"/>${'</testsuite>'.repeat(200)}`,
    ],
    ['deeper than any stack', '<testsuite>'.repeat(200_000) + '</testsuite>'.repeat(200_000)],
    ['larger than any suite', `<testsuite>${'<testcase name="a"/>'.repeat(50_001)}</testsuite>`],
    ['bytes of something else', '\u0000\u0001ÿ<<<<'.repeat(1_000)],
  ])('%s is refused', async (_what, xml) => {
    await expect(readJUnit(xml)).rejects.toMatchObject({ code: 'test_report_unreadable' })
  })
})

describe('LCOV', () => {
  const REPORT =
    'TN:\nSF:src/a.ts\nDA:1,3\nDA:2,0\nend_of_record\nTN:\nSF:/work/src/b.ts\nDA:1,1\nDA:2,1\nend_of_record\n'
  test('says which lines were executed, by path inside the tree', async () => {
    const hits = await readLcov(REPORT)
    expect([...hits.keys()]).toEqual(['src/a.ts', 'src/b.ts'])
    expect(hits.get('src/a.ts')?.get(2)).toBe(0)
    expect(linePercent(hits)).toBe(75)
  })
  test('an empty one covers nothing and is no data', async () => {
    expect(linePercent(await readLcov(''))).toBeNull()
  })
  test('one that is cut off is refused', async () => {
    await expect(readLcov(REPORT.slice(0, -20))).rejects.toMatchObject({ code: 'coverage_report_unreadable' })
  })
})

describe('a bench’s lines', () => {
  test('are JSON, among what else it says', () => {
    expect(
      readBenchLines(
        'warming up\n{"metric":"a","value":1.5,"unit":"µs","better":"lower"}\ndone\n{"metric":"b","value":2}\n',
      ),
    ).toEqual([
      { metric: 'a', value: 1.5, unit: 'µs', better: 'lower' },
      { metric: 'b', value: 2, unit: '', better: 'lower' },
    ])
  })
  test.each([
    ['nothing', ''],
    ['no line', 'fast!\n'],
    ['broken JSON', '{"metric":"a","value":'],
    ['no value', '{"metric":"a"}'],
    ['not a number', '{"metric":"a","value":"1"}'],
    ['NaN', '{"metric":"a","value":NaN}'],
    ['a negative', '{"metric":"a","value":-1}'],
    ['one metric twice', '{"metric":"a","value":1}\n{"metric":"a","value":2}'],
  ])('%s is refused', (_what, output) => {
    expect(() => readBenchLines(output)).toThrow(expect.objectContaining({ code: 'bench_unreadable' }))
  })
})
