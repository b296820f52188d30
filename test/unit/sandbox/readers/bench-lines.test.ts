import { describe, expect, test } from 'vitest'
import { readBench } from '../../../../src/sandbox/readers/bench-lines.ts'
import { holdsWhenCut, report } from '../../../support/reports.ts'

describe('a bench’s lines', () => {
  test('are JSON, among what else it says', () => {
    expect(
      readBench(
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
    expect(() => readBench(output)).toThrow(expect.objectContaining({ code: 'bench_unreadable' }))
  })
})

describe('hyperfine’s document', () => {
  test('has the median of each command in seconds', () => {
    expect(readBench(report('hyperfine.json'))).toEqual([
      { metric: 'sleep 0.01', value: 0.011543256, unit: 's', better: 'lower' },
      { metric: 'true', value: 0.0006646460000000001, unit: 's', better: 'lower' },
    ])
  })
  test('may stand behind what hyperfine says to people', () => {
    const talk = 'Benchmark 1: sleep 0.01\n  Time (mean ± σ): 11.6 ms\n'
    expect(readBench(`${talk}${report('hyperfine.json')}`)).toHaveLength(2)
  })
  test('cut off anywhere, it is refused or is the same', async () => {
    await holdsWhenCut(report('hyperfine.json'), readBench, 'bench_unreadable')
  })
  const results = (...rows: object[]) => JSON.stringify({ results: rows })
  test.each([
    ['no command', results()],
    ['no run', results({ command: 'a', times: [] })],
    ['a negative time', results({ command: 'a', times: [-1] })],
    ['NaN', results({ command: 'a', times: [1] }).replace('[1]', '[NaN]')],
    ['a run that failed', results({ command: 'a', times: [1, 1], exit_codes: [0, 1] })],
    ['one command twice', results({ command: 'a', times: [1] }, { command: 'a', times: [2] })],
    ['times twice', results({ command: 'a', times: [1] }).replace('"times"', '"times":[9],"times"')],
  ])('%s is refused', (_what, output) => {
    expect(() => readBench(output)).toThrow(expect.objectContaining({ code: 'bench_unreadable' }))
  })
})
