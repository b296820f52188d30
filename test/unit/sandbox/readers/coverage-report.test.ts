// Which lines were executed, from what tools wrote, from halves of it, and from what can't be true.
import { describe, expect, test } from 'vitest'
import { readCoverage } from '../../../../src/sandbox/readers/coverage-report.ts'
import { linePercent } from '../../../../src/sandbox/readers/line-hits.ts'
import { answer, holdsWhenCut, report } from '../../../support/reports.ts'

const REFUSED = 'coverage_report_unreadable'
const refused = (text: string) => expect(answer(() => readCoverage(text))).resolves.toBe(REFUSED)

/** Lines that were executed and lines that were not, by file. */
async function read(text: string, root?: string) {
  const files = [...(await readCoverage(text, root))]
  return Object.fromEntries(
    files.map(([path, lines]) => {
      const of = (hit: boolean) =>
        [...lines]
          .filter(([, hits]) => hits > 0 === hit)
          .map(([line]) => line)
          .sort((a, b) => a - b)
      return [path, { hit: of(true), missed: of(false) }]
    }),
  )
}

describe('what a tool wrote is what is read', () => {
  /** V8 knows lines, Istanbul statements. */
  const V8 = { 'sum.js': { hit: [1, 2, 3, 4, 5], missed: [6, 7] } }
  const ISTANBUL = { 'sum.js': { hit: [1, 2, 3, 5], missed: [6] } }
  test.each([
    ['node-24.lcov', 'node', V8],
    ['c8.lcov', 'mocha', V8],
    ['c8.cobertura.xml', 'mocha', V8],
    ['c8.istanbul.json', 'mocha', V8],
    ['nyc.lcov', 'mocha', ISTANBUL],
    ['nyc.cobertura.xml', 'mocha', ISTANBUL],
    ['nyc.istanbul.json', 'mocha', ISTANBUL],
    ['jest.lcov', 'jest', ISTANBUL],
    ['jest.cobertura.xml', 'jest', ISTANBUL],
    ['jest.istanbul.json', 'jest', ISTANBUL],
  ])('%s', async (file, project, expected) => {
    expect(await read(report(file), `/tmp/rf/${project}`)).toEqual(expected)
  })
  test.each(['coverage-py.lcov', 'coverage-py.cobertura.xml'])('%s', async (file) => {
    const hits = await readCoverage(report(file), '/tmp/rf/py')
    expect([...hits.keys()]).toEqual(['shop.py', 'tests/test_a.py', 'tests/test_b.py', 'tests/test_c.py'])
    expect(linePercent(hits)).toBeCloseTo((23 / 24) * 100)
  })
  test('coverage-py-empty-file.lcov: an empty file has no lines, though it says line 0', async () => {
    expect((await read(report('coverage-py-empty-file.lcov')))['tests/conftest.py']).toEqual({
      hit: [],
      missed: [],
    })
  })
  test('go.cover: the lines of its blocks', async () => {
    expect(await read(report('go.cover'))).toEqual({
      'example.com/shop/sub/sub.go': { hit: [3], missed: [] },
      'example.com/shop/shop.go': { hit: [3, 4, 7], missed: [5, 6] },
    })
  })
})

describe('cut off anywhere, it is refused or is the same', () => {
  test.each([
    'c8.cobertura.xml',
    'nyc.cobertura.xml',
    'jest.cobertura.xml',
    'coverage-py.cobertura.xml',
    'c8.istanbul.json',
    'nyc.istanbul.json',
    'jest.istanbul.json',
  ])('%s', async (file) => {
    // A file of no bytes is a report without a file: LCOV's way of saying so.
    await holdsWhenCut(
      report(file),
      (text) => readCoverage(text),
      REFUSED,
      (cut) => cut === '',
    )
  })
  test.each(['node-20.lcov', 'node-24.lcov', 'c8.lcov', 'nyc.lcov', 'coverage-py.lcov'])(
    '%s, but between two of its records',
    async (file) => {
      await holdsWhenCut(
        report(file),
        (text) => readCoverage(text),
        REFUSED,
        (cut) => /(?:^|end_of_record\s*)(?:T(?:N:?)?)?\s*$/.test(cut),
      )
    },
  )
  test('go.cover, but between two of its lines', async () => {
    await holdsWhenCut(
      report('go.cover'),
      (text) => readCoverage(text),
      REFUSED,
      (cut) => cut === '' || cut.endsWith('\n'),
    )
  })
})

describe('LCOV', () => {
  const REPORT =
    'TN:\nSF:src/a.ts\nDA:1,3\nDA:2,0\nend_of_record\nTN:\nSF:/work/src/b.ts\nDA:1,1\nDA:2,1\nend_of_record\n'
  test('says which lines were executed, by path inside the tree', async () => {
    const hits = await readCoverage(REPORT)
    expect([...hits.keys()]).toEqual(['src/a.ts', 'src/b.ts'])
    expect(hits.get('src/a.ts')?.get(2)).toBe(0)
    expect(linePercent(hits)).toBe(75)
  })
  test.each([
    ['empty', ''],
    ['with a test’s name alone, as node --test writes it', 'TN:\n'],
  ])('one that is %s covers nothing and is no data', async (_what, text) => {
    expect(linePercent(await readCoverage(text))).toBeNull()
  })
  const record = (lines: string) => `SF:a.js\n${lines}\nend_of_record\n`
  test.each([
    ['cut off', REPORT.slice(0, -20)],
    ['fewer lines than it says', record('DA:1,1\nLF:2')],
    ['a negative count', record('DA:1,-1')],
    ['NaN', record('DA:1,NaN')],
    ['half a number', record('DA:1,1x')],
    ['line 0', record('DA:0,1\nDA:1,1')],
    ['a line beyond any file', record('DA:99999999,1')],
    ['a line no file could have', record(`DA:1${'0'.repeat(400)},1`)],
    [
      'more lines than there are',
      Array.from({ length: 41 }, (_, i) => `SF:${i}.js\n${'DA:1,1\n'.repeat(50_000)}end_of_record\n`).join(
        '',
      ),
    ],
    ['prose in it', record('DA:1,1\nhello')],
    ['a file without a name', 'SF:\nDA:1,1\nend_of_record\n'],
  ])('%s is refused', async (_what, text) => {
    await refused(text)
  })
})

describe('Cobertura XML', () => {
  const xml = (lines: string, over: { sources?: string; head?: string } = {}) =>
    `${over.head ?? ''}<coverage><sources>${over.sources ?? '<source>/work/src</source>'}</sources><packages><package><classes><class filename="a.py"><methods/><lines>${lines}</lines></class></classes></package></packages></coverage>`
  test('files are relative to the source', async () => {
    expect(await read(xml('<line number="1" hits="2"/>'))).toEqual({ 'src/a.py': { hit: [1], missed: [] } })
    expect(await read(xml('<line number="1" hits="0"/>', { sources: '<source>.</source>' }))).toEqual({
      'a.py': { hit: [], missed: [1] },
    })
  })
  test.each([
    [
      'two sources, in either of which a file may be',
      xml('', { sources: '<source>/work/a</source><source>/work/b</source>' }),
    ],
    ['a document type with entities', xml('', { head: '<!DOCTYPE coverage [<!ENTITY a "b">]>' })],
    ['minus one hit', xml('<line number="1" hits="-1"/>')],
    ['NaN hits', xml('<line number="1" hits="NaN"/>')],
    ['no number', xml('<line hits="1"/>')],
    ['line 0', xml('<line number="0" hits="1"/>')],
    [
      'fewer lines than it says',
      xml('<line number="1" hits="1"/>').replace('<coverage>', '<coverage lines-valid="2">'),
    ],
    ['a line in no class', '<coverage><line number="1" hits="1"/></coverage>'],
    ['a second root', `${xml('')}<coverage/>`],
    ['another root', '<html/>'],
    ['deeper than any stack', '<coverage>'.repeat(100_000) + '</coverage>'.repeat(100_000)],
  ])('%s is refused', async (_what, text) => {
    await refused(text)
  })
})

describe('Istanbul JSON', () => {
  const at = (line: number | string | null) => ({ start: { line, column: 0 }, end: { line, column: 1 } })
  const json = (over: object = {}, path = '/work/a.js') =>
    JSON.stringify({
      [path]: {
        path,
        statementMap: { 0: at(1), 1: at(1), 2: at(2) },
        s: { 0: 0, 1: 3, 2: 0 },
        fnMap: {},
        f: {},
        branchMap: {},
        b: {},
        ...over,
      },
    })
  test('a line was hit as often as the statement on it that was hit most', async () => {
    expect([...(await readCoverage(json())).get('a.js')!]).toEqual([
      [1, 3],
      [2, 0],
    ])
  })
  test('a file named as nothing should be is a file', async () => {
    expect([...(await readCoverage(json({}, '__proto__'))).keys()]).toEqual(['__proto__'])
  })
  test.each([
    ['a count too few', json({ s: { 0: 1, 1: 1 } })],
    ['a count too many', json({ s: { 0: 1, 1: 1, 2: 1, 3: 1 } })],
    ['a negative count', json({ s: { 0: 1, 1: 1, 2: -1 } })],
    ['no number', json({ s: { 0: 1, 1: 1, 2: null } })],
    ['line 0', json({ statementMap: { 0: at(1), 1: at(1), 2: at(0) } })],
    ['half a line', json({ statementMap: { 0: at(1), 1: at(1), 2: at(1.5) } })],
    ['a line that is a word', json({ statementMap: { 0: at(1), 1: at(1), 2: at('constructor') } })],
    ['another file inside', json().replace('"path":"/work/a.js"', '"path":"/work/b.js"')],
    ['the same file twice', json().replace('{', '{"/work/a.js":{},')],
    ['other JSON', '{"total":{"lines":{"pct":100}}}'],
    ['deeper than any stack', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('%s is refused', async (_what, text) => {
    await refused(text)
  })
})

describe('a Go cover profile', () => {
  const profile = (...blocks: string[]) => `mode: count\n${blocks.map((block) => `${block}\n`).join('')}`
  test('blocks without a statement have nothing to execute; a line is hit where one of its blocks is', async () => {
    expect(
      await read(profile('/work/a.go:1.2,2.3 1 0', '/work/a.go:2.1,2.9 1 4', '/work/a.go:9.1,9.2 0 0')),
    ).toEqual({
      'a.go': { hit: [2], missed: [1] },
    })
  })
  test.each([
    ['a negative count', profile('a.go:1.1,2.2 1 -1')],
    ['NaN', profile('a.go:1.1,2.2 1 NaN')],
    ['line 0', profile('a.go:0.1,2.2 1 1')],
    ['an end before its beginning', profile('a.go:3.1,2.2 1 1')],
    ['millions of lines', profile('a.go:1.1,999999999.2 1 1')],
    ['many large blocks', profile(...Array.from({ length: 50 }, (_, i) => `${i}.go:1.1,900000.2 1 1`))],
    ['half a line', 'mode: set\na.go:1.1,2.2 1 1'],
    ['another mode', 'mode: guess\na.go:1.1,2.2 1 1\n'],
  ])('%s is refused', async (_what, text) => {
    await refused(text)
  })
})

test.each([
  ['prose', 'All lines covered.\n'],
  ['60 MB', `SF:a\n${'DA:1,1\n'.repeat(8_600_000)}end_of_record\n`],
  ['no UTF-8', Buffer.from([0xff, 0xfe, 0x53, 0x46]).toString('utf8')],
])('%s is refused', async (_what, text) => {
  await refused(text)
})
