// The thread of scanner.ts: a file in, what was found out.
import { parentPort } from 'node:worker_threads'
import { type ScannedFile, scanFile } from '../../src/hunter/scan.ts'

parentPort?.on('message', async (file: ScannedFile) => {
  parentPort?.postMessage(await scanFile(file))
})
