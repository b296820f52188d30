// The process of scanner.ts: a file in, what was found out. It ends with whoever started it.
import { type ScannedFile, scanFile } from '../../src/hunter/scan.ts'

process.on('disconnect', () => process.exit())
process.on('message', async (file: ScannedFile) => {
  process.send?.(await scanFile(file))
})
