// Looks at files in a process of its own, with a limit of time and memory for each: what a file does to its reader stays there.
// No thread: a parser in native code that fails takes its whole process along.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Scan } from '../../src/checks/scan.ts'
import { type Hunter, type ScannedFile, together } from '../../src/hunter/scan.ts'

const LIMIT_MS = 20_000
const MEMORY_MB = 512
const PROGRAM = fileURLToPath(new URL('./scan-process.ts', import.meta.url))

/** `limitMs`: how long one file may take before it counts as not looked at. */
export const hunterInProcess = (limitMs = LIMIT_MS): Hunter => ({
  async scan(files) {
    const scans: Scan[] = []
    let reader: ChildProcess | undefined
    try {
      for (const file of files) {
        reader ??= fork(PROGRAM, [], {
          execArgv: [`--max-old-space-size=${MEMORY_MB}`],
          env: {},
          stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
          serialization: 'advanced',
        })
        const answer = await oneFile(reader, file, limitMs)
        if ('why' in answer) {
          reader.kill('SIGKILL')
          reader = undefined
          scans.push({
            added: [],
            removed: [],
            unread: [{ path: file.path, why: answer.why, of: 'everything' }],
          })
        } else scans.push(answer)
      }
    } finally {
      reader?.kill('SIGKILL')
    }
    return together(scans)
  },
})

function oneFile(reader: ChildProcess, file: ScannedFile, limitMs: number): Promise<Scan | { why: string }> {
  return new Promise((resolve) => {
    const end = (answer: Scan | { why: string }) => {
      clearTimeout(timer)
      reader.removeAllListeners()
      // A process that is ended may still say so.
      reader.on('error', () => {})
      resolve(answer)
    }
    const timer = setTimeout(() => end({ why: `took longer than ${limitMs / 1000} s to look at` }), limitMs)
    reader.once('message', (scan: Scan) => end(scan))
    reader.once('error', (error) => end({ why: error.message.slice(0, 200) }))
    reader.once('exit', (code, signal) => end({ why: `ended its reader (${signal ?? `exit code ${code}`})` }))
    reader.send(file, (error) => {
      if (error) end({ why: error.message.slice(0, 200) })
    })
  })
}
