// Keeps the end of what a run prints, bounded and cleaned, and says when it prints too much.
import { visible } from '../../src/kernel/text.ts'

const LINE_LIMIT = 8 * 1024

export class Output {
  #kept: Buffer[] = []
  #size = 0
  #total = 0
  readonly #limit: number
  readonly #flood: () => void

  /** `flood` is called once eight times the limit has come. */
  constructor(limit: number, flood: () => void) {
    this.#limit = limit
    this.#flood = flood
  }

  take(part: Buffer): void {
    const before = this.#total
    this.#total += part.length
    if (before <= this.#limit * 8 && this.#total > this.#limit * 8) this.#flood()
    this.#kept.push(part)
    this.#size += part.length
    while (this.#size - this.#kept[0]!.length >= this.#limit) this.#size -= this.#kept.shift()!.length
  }

  get dropped(): number {
    return Math.max(0, this.#total - this.#limit)
  }

  text(): string {
    const all = Buffer.concat(this.#kept).subarray(-this.#limit).toString('utf8')
    return visible(all)
      .split('\n')
      .map((line) => (line.length > LINE_LIMIT ? `${line.slice(0, LINE_LIMIT)}…` : line))
      .join('\n')
  }
}
