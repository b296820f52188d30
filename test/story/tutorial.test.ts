// docs/tutorial.md, done word by word: `sh` blocks in one terminal, the `sh up` block in another, and `text` blocks as
// what the other one then says (… stands for anything).
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type Home, newHome, processesOf } from '../support/grace.ts'
import { until } from '../support/until.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const LIMIT_MS = 240_000
/** On a busy machine the first figures may be too vague: it measures again by itself, and asks once more. */
const ASKS_AGAIN = /measured again in[\s\S]*?Awaiting your vote/

interface Block {
  readonly kind: string
  readonly text: string
}
const blocksOf = (markdown: string): Block[] =>
  [...markdown.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map(([, kind = '', text = '']) => ({ kind, text }))

/** A bash of its own that says what it says. */
class Terminal {
  readonly #bash: ChildProcess
  said = ''

  constructor(home: Home) {
    this.#bash = spawn('bash', ['--noprofile', '--norc'], {
      cwd: home.path,
      env: { PATH: process.env.PATH, HOME: home.path, GRACE: ROOT.replace(/\/$/, '') },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [this.#bash.stdout!, this.#bash.stderr!])
      stream.setEncoding('utf8').on('data', (part: string) => {
        this.said += part
      })
  }

  type(text: string): void {
    this.#bash.stdin!.write(text)
  }

  /** All of it, every command of it with success. */
  async run(text: string): Promise<string> {
    const from = this.said.length
    this.type(`set -e\n${text}\necho "done: $?"\n`)
    await until(
      () => this.said.slice(from).includes('done: 0\n') || this.#bash.exitCode !== null,
      LIMIT_MS,
    ).catch(() => undefined)
    const said = this.said.slice(from)
    if (!said.includes('done: 0\n')) throw new Error(`this did not work:\n${text}\n${said}`)
    return said
  }

  /** The place after the next text like this one; `again` answers where it asks once more before it says that. */
  async says(pattern: RegExp, from: number, again: () => Promise<unknown> = async () => {}): Promise<number> {
    let at: RegExpExecArray | null = null
    let asked = from
    await until(async () => {
      at = pattern.exec(this.said.slice(from))
      if (at || this.#bash.exitCode !== null) return true
      const more = ASKS_AGAIN.exec(this.said.slice(asked))
      if (more) {
        asked += more.index + more[0].length
        await again()
      }
      return false
    }, LIMIT_MS).catch(() => undefined)
    if (!at) throw new Error(`not said: ${pattern}\n${this.said.slice(from).slice(-4_000)}`)
    const { index, 0: all } = at as RegExpExecArray
    return from + index + all.length
  }

  signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.#bash.pid!, signal)
    } catch {} // It has ended.
  }
}

const likeLine = (line: string): RegExp => new RegExp(line.split('…').map(RegExp.escape).join('.*'))

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

test('the tutorial works as it is written', { timeout: 600_000 }, async () => {
  const home = newHome(false)
  open.push(() => home.remove())
  const [first, second] = [new Terminal(home), new Terminal(home)]
  open.unshift(() => {
    for (const one of [first, second]) one.signal('SIGKILL')
  })
  let read = 0
  let typed = ''
  for (const { kind, text } of blocksOf(readFileSync(join(ROOT, 'docs/tutorial.md'), 'utf8'))) {
    if (kind === 'sh') {
      typed = text
      await first.run(text)
    } else if (kind === 'sh up') {
      second.type(text)
      await second.says(/^token: \S+$/m, 0)
    } else if (kind === 'sh paste') {
      const of = (name: string) => new RegExp(`^${name}: (\\S+)$`, 'm').exec(second.said)?.[1]
      await first.run(`API=${of('api')}\nTOKEN=${of('token')}\n`)
    } else if (kind === 'text')
      for (const line of text.trim().split('\n'))
        read = await second.says(likeLine(line), read, () => first.run(typed))
    else throw new Error(`the tutorial has a block of a kind that nobody runs: ${kind}`)
  }
  expect(first.said).toContain('Hello Ada, good to see you')
  expect(first.said).toMatch(/Approved-by: you/i)
  expect(second.said).toMatch(/https?:\/\/\S+#/)
  second.signal('SIGINT')
  await until(() => processesOf(home).length === 0, 30_000).catch(() => undefined)
  expect(processesOf(home)).toEqual([])
})
