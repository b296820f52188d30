import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mutantsOf } from '../../../src/sandbox/mutants.ts'
import { newlyExecuted } from '../../../src/sandbox/mutation-test.ts'
import { change } from '../../support/changes.ts'

describe('mutants of a line', () => {
  test.each([
    ['a.ts', '  if (a === b) return 1', ['  if (a !== b) return 1', '  if (a === b) return 2']],
    ['a.ts', 'const f = (x) => x + 1', ['const f = (x) => x - 1', 'const f = (x) => x + 2']],
    ['a.py', 'return f(x) and True', ['return f(x) or True', 'return f(x) and False', 'return None']],
    ['a.go', 'if len(s) <= max && ok {', ['if len(s) > max && ok {', 'if len(s) <= max || ok {']],
    ['a.js', "throw new Error('no such thing')", ["throw new Error('no such thing~')"]],
    ['a.js', '  list.push(item);', ['  ']],
    ['a.py', '    close(x)', ['    pass']],
    ['a.js', '}', []],
  ])('%s: %s', (path, line, mutants) => {
    expect(mutantsOf(path, line)).toEqual(mutants)
  })
  test('none is the line itself, and none is there twice', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        const mutants = mutantsOf('a.ts', line)
        expect(mutants).not.toContain(line)
        expect(new Set(mutants).size).toBe(mutants.length)
      }),
    )
  })
})

test('newly executed: what was not; of a changed file only what is added; never tests', () => {
  const hits = (of: Record<string, [number, number][]>) =>
    new Map(Object.entries(of).map(([path, lines]) => [path, new Map(lines)]))
  expect(
    newlyExecuted(
      hits({
        'src/a.ts': [
          [1, 1],
          [2, 0],
        ],
        'src/b.ts': [[1, 0]],
      }),
      hits({
        'src/a.ts': [
          [1, 1],
          [2, 3],
        ],
        'src/b.ts': [
          [1, 2],
          [2, 2],
        ],
        'src/new.ts': [[1, 1]],
        'test/a.test.ts': [[1, 1]],
      }),
      [change('src/b.ts', 'const b = 1')],
    ),
  ).toEqual([
    { path: 'src/a.ts', line: 2 },
    { path: 'src/b.ts', line: 1 },
    { path: 'src/new.ts', line: 1 },
  ])
})
