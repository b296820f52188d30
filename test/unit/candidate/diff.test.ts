import { describe, expect, test } from 'vitest'
import { isCode, isTest, readDiff, sizeOf } from '../../../src/candidate/diff.ts'

const DIFF = `diff --git a/src/a.ts b/src/a.ts
index 1111111111111111111111111111111111111111..2222222222222222222222222222222222222222 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1,3 +1,4 @@
 const a = 1
-const b = 2
+const b = 3
+const c = 4
 export { a }
diff --git a/new file.sql b/new file.sql
new file mode 100644
index 0000000000000000000000000000000000000000..3333333333333333333333333333333333333333
--- /dev/null
+++ b/new file.sql
@@ -0,0 +1 @@
+SELECT 1;
diff --git a/gone.ts b/gone.ts
deleted file mode 100644
index 4444444444444444444444444444444444444444..0000000000000000000000000000000000000000
--- a/gone.ts
+++ /dev/null
@@ -1 +0,0 @@
-gone
diff --git a/logo.png b/logo.png
new file mode 100644
index 0000000000000000000000000000000000000000..5555555555555555555555555555555555555555
Binary files /dev/null and b/logo.png differ
`

test('reads what a patch adds and removes, with line numbers', () => {
  const [a, sql, gone, logo] = readDiff(DIFF)
  expect(a).toMatchObject({ path: 'src/a.ts', kind: 'modified', binary: false })
  expect(a?.added).toEqual([
    { number: 2, text: 'const b = 3' },
    { number: 3, text: 'const c = 4' },
  ])
  expect(a?.removed).toEqual([{ number: 2, text: 'const b = 2' }])
  expect(sql).toMatchObject({ path: 'new file.sql', kind: 'added' })
  expect(gone).toMatchObject({ path: 'gone.ts', oldPath: 'gone.ts', kind: 'deleted' })
  expect(logo).toMatchObject({ path: 'logo.png', kind: 'added', binary: true })
  expect(sizeOf(readDiff(DIFF))).toEqual({ files: 4, added: 3, removed: 2 })
})

test('an empty patch changes nothing', () => {
  expect(readDiff('')).toEqual([])
  expect(readDiff('\n')).toEqual([])
})

describe('paths', () => {
  test.each([
    'test/a.ts',
    'src/__tests__/a.js',
    'src/a.test.ts',
    'spec/a.rb',
    'pkg/a_test.go',
    'tests/test_a.py',
    'test_a.py',
  ])('%s is a test', (path) => {
    expect(isTest(path)).toBe(true)
  })
  test.each(['src/a.ts', 'src/testing.ts', 'contest/a.ts', 'latest.ts'])('%s is none', (path) => {
    expect(isTest(path)).toBe(false)
  })
  test('program text', () => {
    expect(['a.ts', 'a.mjs', 'a.py', 'a.go'].every(isCode)).toBe(true)
    expect(['a.sql', 'a.md', 'a.json'].some(isCode)).toBe(false)
  })
})
