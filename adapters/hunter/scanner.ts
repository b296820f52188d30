// Looks at files in a thread of its own, with a limit of time and memory for each: what a file does to its reader stays there.
import { Worker } from 'node:worker_threads'
import type { Scan } from '../../src/checks/scan.ts'
import { type Hunter, type ScannedFile, together } from '../../src/hunter/scan.ts'

const LIMIT_MS = 20_000
const MEMORY_MB = 512

/** `limitMs`: how long one file may take before it counts as not looked at. */
export const hunterInThread = (limitMs = LIMIT_MS): Hunter => ({
  async scan(files) {
    const scans: Scan[] = []
    let worker: Worker | undefined
    try {
      for (const file of files) {
        worker ??= new Worker(new URL('./scan-thread.ts', import.meta.url), {
          resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
          env: {},
        })
        const answer = await oneFile(worker, file, limitMs)
        if ('why' in answer) {
          await worker.terminate()
          worker = undefined
          scans.push({ added: [], removed: [], unread: [{ path: file.path, why: answer.why }] })
        } else scans.push(answer)
      }
    } finally {
      await worker?.terminate()
    }
    return together(scans)
  },
})

function oneFile(worker: Worker, file: ScannedFile, limitMs: number): Promise<Scan | { why: string }> {
  return new Promise((resolve) => {
    const end = (answer: Scan | { why: string }) => {
      clearTimeout(timer)
      worker.removeAllListeners('message').removeAllListeners('error').removeAllListeners('exit')
      // A thread that is ended may still say so.
      worker.on('error', () => {})
      resolve(answer)
    }
    const timer = setTimeout(() => end({ why: `took longer than ${limitMs / 1000} s to look at` }), limitMs)
    worker.once('message', (scan: Scan) => end(scan))
    worker.once('error', (error) => end({ why: error.message.slice(0, 200) }))
    worker.once('exit', () => end({ why: 'needed more memory than a file may' }))
    worker.postMessage(file)
  })
}
