import { chmod, open } from 'node:fs/promises'
import type { Server } from 'node:net'
import { basename, dirname } from 'node:path'

/**
 * Listens at a unix socket that the sandbox's user, who is another one, may reach. The kernel takes 107 bytes of a path, and a
 * state directory may be deep: it is named through its directory, which stays open as long as the server, whose end removes it.
 */
export async function listenAt(server: Server, socket: string): Promise<void> {
  const directory = await open(dirname(socket))
  server.once('close', () => void directory.close())
  try {
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject)
      server.listen(`/proc/self/fd/${directory.fd}/${basename(socket)}`, resolve)
    })
  } catch (error) {
    await directory.close()
    throw error
  }
  await chmod(socket, 0o666)
}
