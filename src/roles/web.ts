// The web: the REST API and the console.
import type { Queue } from 'bullmq'
import { buildServer, listen } from '../../adapters/http/server.ts'
import { missionListOn } from '../../db/stores/mission-list.ts'
import { tokensOn } from '../../db/stores/tokens.ts'
import { createSignInCode } from '../access/sign-in.ts'
import { createToken, type Tokens } from '../access/token.ts'
import { SCOPES } from '../kernel/actor.ts'
import type { Common } from './role.ts'

export interface Port {
  readonly host: string
  readonly port: number
  /** Nothing else will do. */
  readonly fixed: boolean
  keep(port: string): Promise<void>
}

const FIRST_TOKEN_DAYS = 365

/** Listens, says where, and returns that address. */
export async function startWeb(common: Common, queues: readonly Queue[], port: Port): Promise<string> {
  const { ground, parts, log, say, metrics, health, onStop } = common
  const { env, config } = ground
  const tokens = tokensOn(parts.app.db)
  const listeners = new Set<(mission: string) => void>()
  const hearing = await parts.app.sql.listen('grace_missions', (mission) => {
    for (const listener of listeners) listener(mission)
  })
  onStop(() => hearing.unlisten())
  const http = await buildServer(
    {
      control: parts.control,
      list: missionListOn(parts.app.db),
      tokens,
      changes(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      queues,
      health,
      metrics: () => metrics.text(),
      onRequest: metrics.request,
    },
    { allowedHosts: env.allowedHosts, logger: log },
  )
  onStop(() => http.close())
  const url = await listen(http, port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' || port.fixed) throw error
    return listen(http, { ...port, port: 0 })
  })
  await port.keep(new URL(url).port)
  const token = await firstToken(common, tokens)
  const at = env.url ?? url
  const [only, ...others] = config.members
  const command = `${env.stateDir ? `GRACE_STATE_DIR=${env.stateDir} ` : ''}grace console`
  // Whoever reads this line signs in as that member: it is printed only where there is no other.
  if (only && others.length === 0)
    say(
      `console: ${at}/sign-in#${await createSignInCode(tokens, only.id)} (good once, for five minutes; then: ${command})`,
    )
  else say(`console: ${at}/ (a link to sign in: ${command} --member ${only?.id})`)
  say(`api: ${url}`)
  if (token) {
    say(`token: ${token}`)
    say(`The token belongs to ${only!.name}, has all scopes, and is shown this once.`)
  }
  return url
}

async function firstToken({ ground }: Common, tokens: Tokens): Promise<string | undefined> {
  if ((await tokens.count()) > 0) return undefined
  const member = ground.config.members[0]!
  const { token } = await createToken(tokens, {
    label: 'first start',
    member: member.id,
    scopes: SCOPES,
    days: FIRST_TOKEN_DAYS,
  })
  return token
}
