// What grace.yaml names: whether it is there, and whether one part has what another needs.
import type { z } from 'zod'
import { PEOPLE } from './agents-schema.ts'
import type { ConfigFault } from './faults.ts'
import { DETECTORS, graceSchema, targetSchema } from './schema.ts'

type Grace = z.output<typeof graceSchema>

/** Looks at parts whose form is in order; of others it would only say what follows from their own faults. */
export function faultsOfNames(value: unknown): ConfigFault[] {
  const { parliament, chat, targets } = Object(value)
  const decides = graceSchema.shape.parliament.safeParse(parliament)
  const talks = graceSchema.shape.chat.safeParse(chat)
  if (!decides.success || !talks.success) return []
  const formed = Object.entries(Object(targets)).flatMap(([key, target]) => {
    const { success, data } = targetSchema.safeParse(target)
    return success ? [[key, data] as const] : []
  })
  return namesOf({ parliament: decides.data, chat: talks.data, targets: Object.fromEntries(formed) })
}

function namesOf({
  parliament,
  targets,
  chat,
}: Pick<Grace, 'parliament' | 'chat' | 'targets'>): ConfigFault[] {
  const faults: ConfigFault[] = []
  const fault = (path: PropertyKey[], problem: string) =>
    faults.push({ path: path.map(String).join('.'), problem })
  const ids = parliament.members.map((member) => member.id)
  for (const [i, id] of ids.entries())
    if (ids.indexOf(id) !== i)
      fault(['parliament', 'members', i, 'id'], `${id} is named twice; ids are unique`)
  for (const platform of ['slack', 'discord'] as const) {
    const accounts = parliament.members.map((member) => member[platform])
    for (const [i, account] of accounts.entries())
      if (account !== undefined && accounts.indexOf(account) !== i)
        fault(['parliament', 'members', i, platform], `${account} is two members; one human is one member`)
  }
  for (const [key, target] of Object.entries(targets)) {
    const at = ['targets', key]
    for (const platform of ['slack', 'discord'] as const)
      if (target.channels[platform] && !chat[platform])
        fault(
          [...at, 'channels', platform],
          `needs chat.${platform}: which ${platform === 'slack' ? 'workspace' : 'server'} it is in`,
        )
    for (const [i, voter] of (target.voters ?? []).entries())
      if (!ids.includes(voter))
        fault([...at, 'voters', i], `${voter} is not a member; members are ${ids.join(', ')}`)
    for (const [i, owner] of (target.owners ?? []).entries())
      if (!(target.voters ?? ids).includes(owner))
        fault(
          [...at, 'owners', i],
          `${owner} is not a voter of it; voters are ${(target.voters ?? ids).join(', ')}`,
        )
    const approvals = target.parliament?.min_approvals ?? parliament.min_approvals
    const voters = new Set(target.voters ?? ids).size
    if (approvals > voters)
      fault([...at, 'parliament', 'min_approvals'], `is ${approvals}, and only ${voters} may vote`)
    if (target.bench && (target.bench.command === undefined) === (target.bench.module === undefined))
      fault([...at, 'bench'], 'has either a command or a module')
    if (target.bench && target.bench.max_rounds < target.bench.rounds)
      fault([...at, 'bench', 'max_rounds'], 'may not be below rounds')
    if (target.load && !target.serve) fault([...at, 'load'], 'needs serve: what is put under load')
    if (target.load && target.load.max_sets < target.load.sets)
      fault([...at, 'load', 'max_sets'], 'may not be below sets')
    if (target.coverage_objective !== undefined && !target.test?.coverage)
      fault([...at, 'coverage_objective'], 'needs test.coverage: an LCOV report')
    // /hooks/TARGET/github is GitHub's.
    const detectors: string[] = [...DETECTORS, PEOPLE, 'github']
    for (const kind of ['detectors', 'webhooks'] as const)
      for (const [i, { name }] of target[kind].entries())
        if (detectors.includes(name))
          fault([...at, kind, i, 'name'], `${name} is there already; each needs a name of its own`)
        else detectors.push(name)
    faults.push(...faultsOfProposers(at, target, detectors))
    if (target.live) faults.push(...faultsOfLive([...at, 'live'], target.live))
    if (target.github && (target.github.app === undefined) === (target.github.token_file === undefined))
      fault([...at, 'github'], 'has either an app or a token_file: as whom it merges')
    if (target.github) faults.push(...faultsOfGitHub([...at, 'github'], target, parliament.members))
    if (target.deploy && !target.deploy.command && !target.github?.environment)
      fault(
        [...at, 'deploy', 'command'],
        'is missing; it is what makes a commit live (or github.environment)',
      )
    if (target.deploy && !target.live)
      fault([...at, 'deploy'], 'needs live: a change that nobody watches is not made live')
  }
  return faults
}

/** `sources`: the detectors that there are, and people. */
function faultsOfProposers(
  at: readonly string[],
  { playbooks, agents }: Pick<z.output<typeof targetSchema>, 'playbooks' | 'agents'>,
  sources: readonly string[],
): ConfigFault[] {
  const answerable = { playbooks: sources.filter((one) => one !== PEOPLE), agents: sources }
  const names: string[] = []
  const faults: ConfigFault[] = []
  const all = [
    ...playbooks.map(({ name, on }, i) => ({ kind: 'playbooks' as const, i, name, on })),
    ...agents.map(({ name, on }, i) => ({ kind: 'agents' as const, i, name, on })),
  ]
  for (const { kind, i, name, on } of all) {
    const path = [...at, kind, i].join('.')
    if (names.includes(name))
      faults.push({
        path: `${path}.name`,
        problem: `${name} is there already; playbooks and agents need names of their own`,
      })
    names.push(name)
    if (!answerable[kind].includes(on))
      faults.push({
        path: `${path}.on`,
        problem: `${on} is no detector; there are ${answerable[kind].join(', ')}`,
      })
  }
  return faults
}

const SOURCES = ['metrics', 'prometheus', 'probe'] as const

function faultsOfLive(
  at: readonly string[],
  live: NonNullable<z.output<typeof targetSchema>['live']>,
): ConfigFault[] {
  const path = at.join('.')
  const given = SOURCES.filter((source) => live[source] !== undefined)
  if (given.length !== 1)
    return [{ path, problem: `needs one of ${SOURCES.join(', ')}: where its figures come from` }]
  if (live.control !== undefined && !live.metrics)
    return [
      { path: `${path}.control`, problem: 'goes with metrics; of a Prometheus it is prometheus.control' },
    ]
  return []
}

/** On GitHub whoever wrote a change has an account there, and is not asked to approve it. */
function faultsOfGitHub(
  at: readonly string[],
  { github, repository, voters }: z.output<typeof targetSchema>,
  members: Grace['parliament']['members'],
): ConfigFault[] {
  const faults: ConfigFault[] = []
  const voting = members.flatMap((member, i) =>
    voters && !voters.includes(member.id) ? [] : [{ ...member, i }],
  )
  for (const { id, forge, i } of voting)
    if (forge === undefined)
      faults.push({
        path: `parliament.members.${i}.forge`,
        problem: `is missing; it is ${id}'s account on GitHub, so that nobody approves what they wrote`,
      })
  const accounts = voting.map(({ forge }) => forge?.toLowerCase())
  for (const [n, account] of accounts.entries())
    if (account !== undefined && accounts.indexOf(account) !== n)
      faults.push({
        path: `parliament.members.${voting[n]!.i}.forge`,
        problem: `${account} is two members; one account is one`,
      })
  const api = new URL(github!.api)
  if (api.protocol === 'http:' && !LOOPBACK.test(api.hostname))
    faults.push({
      path: `${at.join('.')}.api`,
      problem: 'must be https://: its token would be sent in the clear',
    })
  const hosts = api.hostname === 'api.github.com' ? 'github.com' : api.hostname
  if (URL.canParse(repository)) {
    const { hostname, pathname } = new URL(repository)
    const named = pathname.replace(/^\/|(?:\.git)?\/?$/g, '').toLowerCase()
    if (hostname !== hosts || named !== github!.repository.toLowerCase())
      faults.push({
        path: `${at.join('.')}.repository`,
        problem: `is ${github!.repository} on ${hosts}, and the target's repository is another one`,
      })
  }
  return faults
}
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])$/
