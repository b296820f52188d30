// One question at a time to a process, a line of JSON each way, each with its time limit.
import type { ChildProcess } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'

export class Dialogue {
  readonly #who: string
  readonly #child: ChildProcess
  readonly #lines: Interface
  constructor(who: string, child: ChildProcess) {
    this.#who = who
    this.#child = child
    this.#lines = createInterface({ input: child.stdout! })
    child.on('error', () => {})
    child.stdin!.on('error', () => {})
  }
  /** The next line that is a JSON object; what else is said is passed over. */
  async ask<T>(question: object, limitMs: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const fail = (why: string) => () => settle(() => reject(new Error(`${this.#who} ${why}`)))
      const timer = setTimeout(fail('did not answer'), limitMs)
      const onClose = fail('ended')
      const settle = (then: () => void) => {
        clearTimeout(timer)
        this.#lines.off('line', onLine)
        this.#lines.off('close', onClose)
        then()
      }
      const onLine = (line: string) => {
        const answer = objectIn(line)
        if (answer) settle(() => resolve(answer as T))
      }
      this.#lines.on('line', onLine)
      this.#lines.on('close', onClose)
      this.#child.stdin!.write(`${JSON.stringify(question)}\n`)
    })
  }
}

function objectIn(line: string): object | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as object
  } catch {
    return undefined
  }
}
