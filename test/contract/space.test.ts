// What the start of a worker takes away of others, and what it leaves alone.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSpace, ownerNow, sweep } from '../../adapters/sandbox/space.ts'

let sandboxes: string
beforeEach(() => {
  sandboxes = mkdtempSync(join(tmpdir(), 'grace-space-'))
})
afterEach(() => rmSync(sandboxes, { recursive: true }))

const leave = (name: string, hoursAgo = 0) => {
  const path = join(sandboxes, name)
  mkdirSync(join(path, 'work'), { recursive: true })
  const then = Date.now() / 1000 - hoursAgo * 3600
  utimesSync(path, then, then)
}
const left = () => readdirSync(sandboxes).sort()
const begun = ownerNow(process.pid)

test('of this machine: what belongs to a process that is alive stays, whatever its age', async () => {
  leave(`of-${process.pid}-${begun}-00000000@${hostname()}`, 100)
  leave(`of-${process.pid}-1-00000000@${hostname()}`)
  leave(`of-999999999-1-00000000@${hostname()}`)
  expect(await sweep(sandboxes)).toBe(2)
  expect(left()).toEqual([`of-${process.pid}-${begun}-00000000@${hostname()}`])
})

test('of another machine: after a day', async () => {
  leave('of-1-1-00000000@elsewhere', 1)
  leave('of-2-1-00000000@elsewhere', 25)
  await sweep(sandboxes)
  expect(left()).toEqual(['of-1-1-00000000@elsewhere'])
})

test('of an older Grace, whose names say no owner: after a day, as that one may be running still', async () => {
  leave('3f375d2e-e85f-4614-85a6-1cc34f8d2cf8', 1)
  leave('7a375d2e-e85f-4614-85a6-1cc34f8d2cf8', 25)
  await sweep(sandboxes)
  expect(left()).toEqual(['3f375d2e-e85f-4614-85a6-1cc34f8d2cf8'])
})

test('a space of one’s own is gone when it is closed, and the layers stay', async () => {
  const space = await openSpace(sandboxes)
  expect(await sweep(sandboxes)).toBe(0)
  await space.close()
  expect(left()).toEqual(['layers'])
})
