// npm run missions [-- --json FILE --only a,b --list]: missions on real packages, end to end: proposed, tested in the sandbox
// against the package's own tests, approved by everybody, and made live where the gate lets them. Whatever the votes say, no
// bad one may go live.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { useServers } from '../support/database.ts'
import { startServers } from '../support/servers.ts'
import { camelcase } from './packages/camelcase.ts'
import { fastQuerystring } from './packages/fast-querystring.ts'
import { fastUri } from './packages/fast-uri.ts'
import { findMyWay } from './packages/find-my-way.ts'
import { goHumanize } from './packages/go-humanize.ts'
import { ms } from './packages/ms.ts'
import { picomatch } from './packages/picomatch.ts'
import { qs } from './packages/qs.ts'
import { secureJsonParse } from './packages/secure-json-parse.ts'
import { tomli } from './packages/tomli.ts'
import { uuid } from './packages/uuid.ts'
import { play, type Result } from './play.ts'

const PACKAGES = [
  fastUri,
  secureJsonParse,
  picomatch,
  findMyWay,
  camelcase,
  fastQuerystring,
  qs,
  ms,
  tomli,
  goHumanize,
  uuid,
]
const GOOD_SHARE = 0.9

const { values } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string' }, list: { type: 'boolean', default: false } },
})
const only = values.only?.split(',')
const results: Result[] = []
const servers = values.list ? undefined : await startServers()
if (servers) useServers(servers)
for (const one of PACKAGES) {
  const name = one.repository.split('/')[1]!
  const missions = one.missions.filter(
    ({ id }) => !only || only.includes(name) || only.includes(`${name}/${id}`),
  )
  if (missions.length === 0) continue
  process.stdout.write(`${one.repository} ${one.version} (${one.commit.slice(0, 7)})\n`)
  if (values.list) {
    for (const { id, kind } of missions) process.stdout.write(`  ${name}/${id} (${kind})\n`)
    continue
  }
  for await (const result of play(one, missions)) {
    results.push(result)
    process.stdout.write(
      `${result.ok ? 'ok    ' : 'NOT OK'} ${result.id} (${result.kind}): ${result.live ? 'live' : 'held'}, trust ${result.trust}, ${result.seconds} s\n`,
    )
    for (const line of result.why) process.stdout.write(`       ${line}\n`)
  }
}
await servers?.stop()
if (!values.list) {
  const of = (kind: Result['kind']) => results.filter((one) => one.kind === kind)
  const [good, bad, neutral] = [of('good'), of('bad'), of('neutral')]
  const unlocked = good.filter((one) => one.live).length
  process.stdout.write(
    `good: ${unlocked} of ${good.length} went live; bad: ${bad.filter((one) => one.live).length} of ${bad.length}; ` +
      `neutral: an improvement reported of ${neutral.filter((one) => one.improved.length > 0).length} of ${neutral.length}\n`,
  )
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ results }, null, 2)}\n`)
  const held =
    unlocked >= GOOD_SHARE * good.length && [...bad, ...neutral].every((one) => one.ok) && results.length > 0
  process.exit(held ? 0 : 1)
}
