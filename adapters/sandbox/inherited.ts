// Called before anything else at start.
import { closeSync, readdirSync, readFileSync } from 'node:fs'

/**
 * A descriptor that our own parent left open would be open in every sandbox as well (CVE-2024-21626 is of that kind).
 * Node's own are close-on-exec; what is not was inherited.
 */
export function closeInherited(): void {
  if (process.platform !== 'linux') return
  for (const name of readdirSync('/proc/self/fd')) {
    const fd = Number(name)
    if (fd <= 2) continue
    try {
      const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0'
      if ((Number.parseInt(flags, 8) & 0o2000000) === 0) closeSync(fd)
    } catch {
      // Gone already: it was the directory that we read.
    }
  }
}
