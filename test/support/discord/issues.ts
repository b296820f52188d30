// Collects the faults of a form; lengths are counted in code points, as Discord counts them.
import type { Issue } from './errors.ts'
import type { Json } from './types.ts'

export class Issues {
  readonly found: Issue[] = []

  add(path: string, code: string, message: string): void {
    this.found.push({ path, code, message })
  }

  /** A string of `min` to `max` characters; absent counts as empty. */
  text(path: string, value: unknown, min: number, max: number): void {
    if (value === undefined || value === null) {
      if (min > 0) this.add(path, 'BASE_TYPE_REQUIRED', 'This field is required')
      return
    }
    if (typeof value !== 'string') {
      this.add(path, 'STRING_TYPE_CONVERT', 'Could not interpret value as string.')
      return
    }
    const length = lengthOf(value)
    if (length >= min && length <= max) return
    if (min > 0) this.add(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`)
    else this.add(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`)
  }

  /** A list of `min` to `max` entries; gives its entries, none where it is no list. */
  list(path: string, value: unknown, min: number, max: number): Json[] {
    const entries = Array.isArray(value) ? (value as Json[]) : []
    if (entries.length < min || entries.length > max)
      this.add(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`)
    return entries
  }

  /** An integer from `min` to `max`, or absent. */
  integer(path: string, value: unknown, min: number, max: number): void {
    if (value === undefined || value === null) return
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max)
      this.add(path, 'NUMBER_TYPE_RANGE', `int value should be between ${min} and ${max}.`)
  }

  /** One of the given values. */
  oneOf(path: string, value: unknown, allowed: readonly unknown[]): void {
    if (!allowed.includes(value))
      this.add(path, 'BASE_TYPE_CHOICES', `Value must be one of {${allowed.join(', ')}}.`)
  }
}

/** Characters as Discord counts them: code points. */
export function lengthOf(text: unknown): number {
  return typeof text === 'string' ? [...text].length : 0
}
