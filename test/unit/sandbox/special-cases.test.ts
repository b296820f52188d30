import { describe, expect, test } from 'vitest'
import { inputsOf, specialCases } from '../../../src/sandbox/special-cases.ts'
import { change } from '../../support/changes.ts'

const BENCH = `import { lookUp } from '../src/index.js'
import { deep } from 'node:util'
lookUp('user4711@example.com')
lookUp("http://example.com/this/is/a/path?and=a#fragment")
lookUp(\`order-17\`)
for (let i = 0; i < 10000; i++) lookUp(123457, 2026)
set('content-type', 'application/json')
`
const known = (text: string, program = '', path = 'src/a.ts') =>
  specialCases([change(path, text)], inputsOf([BENCH]), (part) => program.includes(part)).map(
    ({ input }) => input ?? 'the bench',
  )

describe('knows what it is measured with', () => {
  test.each([
    ["if (email === 'user4711@example.com') return cached", 'user4711@example.com'],
    ["if (uri.startsWith('http://example.com/this/')) return x", 'http://example.com/this/'],
    ['if (/example\\.com\\/this\\/is/.test(uri)) return x', '/example.com/this/is/'],
    ["if (id === 'order-17') return x", 'order-17'],
    ['if (n === 123457) return x', '123457'],
    ["if (new Error().stack.includes('bench/')) return x", 'the bench'],
    ['if (process.env.GRACE_SIDE) return "GRACE_"', 'the bench'],
    ['if (/benchmark/.test(process.argv[1])) return x', 'the bench'],
  ])('%s', (text, input) => {
    expect(known(text)).toEqual([input])
  })
  test.each([
    "if (email === 'somebody@example.org') return x",
    "import { lookUp } from '../src/index.js'",
    'for (let i = 0; i < 10000; i++) work()',
    '// the benchmark shows that this is faster',
    'const benchmark = 1',
    "const a = 'fragment'",
    'const year = 2026',
  ])('%s is no coincidence to speak of', (text) => {
    expect(known(text)).toEqual([])
  })
  test('what today’s program text says already tells nothing', () => {
    const line = "headers['content-type'] = 'application/json'"
    expect(known(line)).toEqual(['content-type'])
    expect(known(line, "send('content-type', 'application/json')")).toEqual([])
  })
  test('tests, benches and prose may know them', () => {
    for (const path of ['test/a.test.ts', 'bench/b.mjs', 'README.md'])
      expect(known("'user4711@example.com'", '', path)).toEqual([])
  })
})
