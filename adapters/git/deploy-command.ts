// A target's own commands: what makes a commit live, takes it back, and says what is live.
import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import type { Target } from '../../src/config/config.ts'
import type { Command } from '../../src/config/units.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { visible } from '../../src/kernel/text.ts'

const OUTPUT_LIMIT = 64 * 1024
const LAST_WORDS_MS = 500

/** Everything of a process group, where something of it is left. */
function endGroup(leader: number | undefined): void {
  try {
    if (leader) process.kill(-leader, 'SIGKILL')
  } catch {} // It has ended.
}

/** A command that outlived the Grace that ran it would act beside its repetition: it is ended first. Linux only. */
async function endEarlier(what: string, execution: string): Promise<void> {
  const marks = [`GRACE_EXECUTION_ID=${execution}`, `GRACE_STEP=${what}`]
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue
    const environment = (await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '')).split('\0')
    if (!marks.every((mark) => environment.includes(mark))) continue
    try {
      process.kill(Number(name), 'SIGKILL')
    } catch {} // It has ended.
  }
}

/** Runs one of the target's own commands, from grace.yaml, with nothing of Grace's environment. */
export async function carryOut(
  target: Target,
  command: Command,
  what: string,
  of: { execution: string; revision: string; previous: string },
): Promise<string> {
  if (of.execution) await endEarlier(what, of.execution)
  const deploy = target.deploy!
  const [file, ...args] = typeof command === 'string' ? ['/bin/sh', '-c', command] : command
  return new Promise((resolve, reject) => {
    const child = spawn(file!, args, {
      cwd: '/',
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        LANG: 'C.UTF-8',
        ...deploy.environment,
        GRACE_EXECUTION_ID: of.execution,
        GRACE_STEP: what,
        GRACE_REVISION: of.revision,
        GRACE_PREVIOUS_REVISION: of.previous,
      },
      // Its own group, so that the whole of it ends with its time.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const keep = (part: Buffer) => {
      output = (output + part.toString('utf8')).slice(-OUTPUT_LIMIT)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const refused = (why: string) =>
      new Refusal(
        'unavailable',
        `${what}_failed`,
        `The ${what} command of ${target.name} ${why}: ${visible(output).trim().slice(-400) || 'no output'}`,
        `Check deploy in grace.yaml.`,
      )
    const timer = setTimeout(() => {
      endGroup(child.pid)
      reject(refused(`took longer than ${deploy.timeout / 1000} s`))
    }, deploy.timeout)
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(refused(`can't be started (${error.message})`))
    })
    const over = (exit: number | null) => {
      clearTimeout(timer)
      if (exit === 0) resolve(visible(output))
      else reject(refused(`ended with exit ${exit}`))
    }
    child.on('close', over)
    // What it started in the background may keep its output open: the command itself has ended.
    child.on('exit', (exit) => setTimeout(over, LAST_WORDS_MS, exit))
  })
}
