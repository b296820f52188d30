// The terminal that the battery itself has: whatever a candidate types into it arrives here.
import { closeSync, constants, openSync, readSync } from 'node:fs'

/** What waits to be read, without waiting for more. */
export function readTerminal(): string {
  let text = ''
  try {
    const terminal = openSync('/dev/tty', constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const buffer = Buffer.alloc(4096)
      for (let n = 1; n > 0; ) {
        n = readSync(terminal, buffer)
        text += buffer.toString('utf8', 0, n)
      }
    } finally {
      closeSync(terminal)
    }
  } catch {
    // Nothing more to read, or no terminal at all.
  }
  return text
}
