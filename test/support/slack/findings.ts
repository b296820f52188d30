// Collects what is wrong with a Block Kit payload, in Slack's words and with JSON pointers.
import { type Fields, isFields } from './shapes.ts'

export interface Violation {
  readonly pointer: string
  readonly message: string
}

/** Slack counts characters, not UTF-16 units. */
export const lengthOf = (text: string): number => [...text].length

export class Findings {
  readonly list: Violation[] = []

  add(pointer: string, message: string): void {
    this.list.push({ pointer, message })
  }

  /** A string of min..max characters. */
  string(pointer: string, value: unknown, max: number, { min = 1, required = false } = {}): void {
    if (value === undefined || value === null) {
      if (required) this.missing(pointer)
      return
    }
    if (typeof value !== 'string') {
      this.add(pointer, 'must provide a string')
      return
    }
    if (lengthOf(value) < min) this.add(pointer, `must be more than ${min - 1} characters`)
    if (lengthOf(value) > max) this.add(pointer, `must be less than ${max + 1} characters`)
  }

  /** A text object. */
  text(
    pointer: string,
    value: unknown,
    max: number,
    { plain = false, required = false, min = 1 }: { plain?: boolean; required?: boolean; min?: number } = {},
  ): void {
    if (value === undefined || value === null) {
      if (required) this.missing(pointer)
      return
    }
    if (!isFields(value)) {
      this.add(pointer, 'must provide an object')
      return
    }
    if (value.type !== 'plain_text' && (plain || value.type !== 'mrkdwn'))
      this.add(`${pointer}/type`, `unsupported type: ${String(value.type)}`)
    this.string(`${pointer}/text`, value.text, max, { min, required: true })
  }

  /** A list of min..max objects. */
  items(pointer: string, value: unknown, min: number, max: number): Fields[] {
    if (!Array.isArray(value)) {
      this.missing(pointer)
      return []
    }
    if (value.length < min) this.add(pointer, `no fewer than ${min} items required`)
    if (value.length > max) this.add(pointer, `no more than ${max} items allowed`)
    value.forEach((item, i) => {
      if (!isFields(item)) this.add(`${pointer}/${i}`, 'must provide an object')
    })
    return value.filter(isFields)
  }

  oneOf(pointer: string, value: unknown, allowed: readonly string[]): void {
    if (value !== undefined && !allowed.includes(String(value)))
      this.add(pointer, `must be a valid enum value: ${allowed.join(', ')}`)
  }

  integer(pointer: string, value: unknown, min: number, max: number): void {
    if (value === undefined) return
    if (!Number.isInteger(value)) {
      this.add(pointer, 'must provide an integer')
      return
    }
    if (Number(value) < min) this.add(pointer, `must be greater than ${min - 1}`)
    if (Number(value) > max) this.add(pointer, `must be less than ${max + 1}`)
  }

  missing(pointer: string): void {
    this.add(pointer.replace(/\/[^/]*$/, ''), `missing required field: ${pointer.split('/').at(-1)}`)
  }
}
