// How to reach PostgreSQL, in the two forms that its two drivers want.
import postgres from 'postgres'

export interface Login {
  /** Host name, or the directory of a unix socket. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
  /** As in a connection URL's `sslmode`; absent = none. */
  readonly ssl?: 'require' | 'verify-full'
}

/** From `postgres://user:password@host:port/database?sslmode=…`. Throws a TypeError on anything else. */
export function loginFromUrl(text: string): Login {
  const url = new URL(text)
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')
    throw new TypeError('not a postgres:// URL')
  const sslmode = url.searchParams.get('sslmode')
  return {
    host: url.searchParams.get('host') ?? (decodeURIComponent(url.hostname) || 'localhost'),
    port: Number(url.port || 5432),
    database: decodeURIComponent(url.pathname.slice(1)) || decodeURIComponent(url.username),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ...(sslmode === 'require' || sslmode === 'verify-full' ? { ssl: sslmode } : {}),
  }
}

export interface ConnectOptions {
  readonly max?: number
  readonly name: string
  /** Whoever holds a lock by its connection keeps it: neither idleness nor age ends it. */
  readonly lasting?: boolean
  /** Settings of the session. */
  readonly settings?: Readonly<Record<string, string>>
}

export const connect = (
  login: Login,
  { max = 1, name, lasting = false, settings = {} }: ConnectOptions,
): postgres.Sql =>
  postgres({
    host: login.host,
    port: login.port,
    database: login.database,
    user: login.user,
    password: login.password,
    ...(login.ssl ? { ssl: login.ssl } : {}),
    max,
    ...(lasting ? { idle_timeout: 0, max_lifetime: null } : { idle_timeout: 60 }),
    connect_timeout: 10,
    onnotice: () => {},
    connection: { application_name: name, ...settings },
  })

/** For BullMQ's PostgreSQL backend, which uses node-postgres. */
export const poolConfig = (login: Login) => ({
  host: login.host,
  port: login.port,
  database: login.database,
  user: login.user,
  password: login.password,
  ...(login.ssl ? { ssl: login.ssl === 'verify-full' ? true : { rejectUnauthorized: false } } : {}),
})

/** Whether a server answers to this login now. */
export const accepts = async (login: Login): Promise<boolean> => (await whyNot(login)) === undefined

/** Why no server answers to this login now; undefined where one does. */
export async function whyNot(login: Login): Promise<string | undefined> {
  const sql = connect(login, { name: 'grace-probe' })
  try {
    await sql`select 1`
    return undefined
  } catch (error) {
    const { message, code } = error as Error & { code?: string }
    return message || code || 'no answer'
  } finally {
    await sql.end({ timeout: 1 })
  }
}
