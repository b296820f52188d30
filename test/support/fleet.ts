// Grace as separate processes on a PostgreSQL and a Redis that they share: two web, two bot, two worker. With
// GRACE_FLEET=1 (npm run fleet) the stories run on it, unchanged.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { Role } from '../../src/roles/role.ts'
import { type GraceProcess, startProcess } from './process.ts'

export const AS_FLEET = process.env.GRACE_FLEET === '1'

const EACH = 2

/** What a Grace needs to know to share the test server's database of that name, and its Redis in a fleet. */
export function sharedServers(state: string, database: string): Record<string, string> {
  const [admin, passwords, redis] = [inject('admin'), inject('passwords'), inject('redis')]
  if (AS_FLEET && !redis) throw new Error('a fleet shares a Redis: sudo apt-get install redis-server')
  mkdirSync(state, { recursive: true, mode: 0o755 })
  // The test server's own: Grace would give its roles new passwords otherwise.
  writeFileSync(join(state, 'database.json'), JSON.stringify({ admin: '', ...passwords }), { mode: 0o600 })
  const url = (user: string, password: string, name: string) =>
    `postgresql://${user}:${encodeURIComponent(password)}@${encodeURIComponent(admin.host)}:${admin.port}/${name}`
  return {
    GRACE_STATE_DIR: state,
    DATABASE_URL: url('grace_app', passwords.app, database),
    DATABASE_ADMIN_URL: url(admin.user, admin.password, admin.database),
    ...(AS_FLEET ? { REDIS_URL: redis! } : {}),
  }
}

export interface FleetOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** After the role's name, for every process. */
  readonly options?: readonly string[]
  readonly roles?: readonly Role[]
  readonly onLine?: (line: string, role: Role) => void
}

export interface RoleProcess extends GraceProcess {
  readonly role: Role
}

/** All of them start at once, as after a power cut. */
export const startFleet = (
  { cwd, env, options = [], roles = ['worker', 'web', 'bot'], onLine }: FleetOptions,
  each = EACH,
): Promise<RoleProcess[]> =>
  Promise.all(
    roles
      .flatMap((role) => Array.from({ length: each }, () => role))
      .map(async (role) => ({
        role,
        ...(await startProcess({
          args: [role, ...options],
          cwd,
          env,
          ...(onLine ? { onLine: (line) => onLine(line, role) } : {}),
        })),
      })),
  )

/** `SIGSTOP` and `SIGCONT`: a worker that holds its breath. */
export const signal = (processes: readonly GraceProcess[], name: 'SIGSTOP' | 'SIGCONT'): void => {
  for (const { child, isAlive } of processes) if (isAlive()) child.kill(name)
}

export const endAll = (processes: readonly GraceProcess[], name: 'SIGTERM' | 'SIGINT' | 'SIGKILL') =>
  Promise.all(processes.map((one) => one.end(name)))
