// Targets that say nothing of their tests, in the real sandbox. Python's and Go's toolchains are Debian's
// (apt-get install python3-pytest golang-go); where they are not installed the test says so.
import { execFileSync } from 'node:child_process'
import { afterAll, describe, expect, test } from 'vitest'
import { repositoriesOn } from '../../adapters/git/repositories.ts'
import { plannedTarget } from '../../src/sandbox/planned-target.ts'
import { runSuite } from '../../src/sandbox/run-tests.ts'
import { type Lab, openLab } from '../support/sandbox.ts'

const lab: Lab = await openLab()
afterAll(() => lab.close())

/** Whether what the sandbox sees of this machine has it. */
const has = (command: string): boolean => {
  try {
    execFileSync('/bin/sh', ['-c', command], {
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      stdio: 'ignore',
    })
    return true
  } catch {
    process.stdout.write(`Not run here: zero configuration with "${command}"\n`)
    return false
  }
}
const python = has('python3 -m pytest --version')
const go = has('go version')

async function suiteOf(files: Record<string, string>) {
  const configured = lab.target(files)
  const head = await lab.mirrors.head(configured)
  const { target, why } = await plannedTarget(repositoriesOn(lab.mirrors), configured, head)
  const room = await lab.room(target)
  const { result, receipt } = await runSuite(target, room, 'baseline')
  await room.close()
  return { why, cases: Object.fromEntries(result.cases), files: Object.keys(receipt.files) }
}

describe.runIf(lab.containment.ok)('zero configuration', () => {
  test('Node: its own runner, with coverage', async () => {
    expect(
      await suiteOf({
        'package.json': '{"name":"n","type":"module","scripts":{"test":"node --test"}}',
        'a.mjs': 'export const f = (x) => x + 1\n',
        'test/a.test.mjs':
          "import assert from 'node:assert'\nimport { test } from 'node:test'\nimport { f } from '../a.mjs'\ntest('adds', () => assert.equal(f(1), 2))\ntest('fails', () => assert.equal(f(1), 3))\ntest.skip('later', () => {})\n",
      }),
    ).toEqual({
      why: expect.stringMatching(/runs node:test/),
      cases: { adds: 'passed', fails: 'failed', later: 'skipped' },
      files: ['.grace-reports/test.tap', '.grace-reports/lcov.info'],
    })
  })
  test.runIf(python)('Python: pytest', async () => {
    const { cases } = await suiteOf({
      'pytest.ini': '[pytest]\n',
      'a.py': 'def f(x):\n    return x + 1\n',
      'test_a.py':
        'from a import f\ndef test_adds():\n    assert f(1) == 2\ndef test_fails():\n    assert False\n',
    })
    expect(Object.values(cases).sort()).toEqual(['failed', 'passed'])
  })
  test.runIf(go)('Go: go test, with coverage', async () => {
    const { cases, files } = await suiteOf({
      'go.mod': 'module example.org/a\n\ngo 1.19\n',
      'a.go': 'package a\n\nfunc F(x int) int { return x + 1 }\n',
      'a_test.go':
        'package a\n\nimport "testing"\n\nfunc TestAdds(t *testing.T) {\n\tif F(1) != 2 {\n\t\tt.Fatal()\n\t}\n}\n\nfunc TestFails(t *testing.T) { t.Fatal("x") }\n',
    })
    expect(cases).toEqual({ 'example.org/a › TestAdds': 'passed', 'example.org/a › TestFails': 'failed' })
    expect(files).toContain('.grace-reports/cover.out')
  })
  test('nothing recognised is left as it is: no figures are made up', async () => {
    const target = lab.target({ 'README.md': 'nothing here' })
    const head = await lab.mirrors.head(target)
    expect(await plannedTarget(repositoriesOn(lab.mirrors), target, head)).toEqual({ target, why: null })
  })
})
