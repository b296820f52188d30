// Reports that tools really wrote (test/fixtures/reports), and what may come of them once they are cut off.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect } from 'vitest'
import { Refusal } from '../../src/kernel/refusal.ts'

export const report = (name: string): string =>
  readFileSync(new URL(`../fixtures/reports/${name}`, import.meta.url), 'utf8')

/** A reader's answer in a form that can be compared; a Refusal becomes its code. Anything else that is thrown is a fault. */
export async function answer(read: () => unknown): Promise<unknown> {
  try {
    const result = await read()
    return result instanceof Map
      ? [...result].map(([key, value]) => [key, value instanceof Map ? [...value] : value])
      : result
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

/** However much of the text is missing: refused with `code`, or the same answer as for the whole; `also` says what else may be. */
export async function holdsWhenCut(
  text: string,
  read: (text: string) => unknown,
  code: string,
  also: (cut: string) => boolean = () => false,
): Promise<void> {
  const bytes = Buffer.from(text)
  const whole = await answer(() => read(text))
  expect(whole).not.toBe(code)
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
      const cut = bytes.subarray(0, length).toString('utf8')
      const of = await answer(() => read(cut))
      if (of !== code && !also(cut)) expect(of).toEqual(whole)
    }),
    { numRuns: 150 },
  )
}
