// Job: pull requests that carry the target's label are missions. A new one opens one, a moved head is its next revision, and
// one that is closed or loses the label ends it. Other bots' changes come to the vote this way.
import type { FollowedPullRequest } from '../candidate/draft.ts'
import type { PullRequest } from '../candidate/pull-requests.ts'
import type { Config, Target } from '../config/config.ts'
import { FORGE_AWAY, FORGE_REFUSED } from '../execution/delivery.ts'
import { type Actor, type ActorRef, grace } from '../kernel/actor.ts'
import { Refusal } from '../kernel/refusal.ts'
import { fenced, LIMITS, oneLine, visible } from '../kernel/text.ts'
import type { Claim } from '../trust/claim.ts'
import { CLAIM_HINT, claimsOf } from '../trust/claim-words.ts'
import { attachCandidate } from './attach-candidate.ts'
import { type MissionControl, targetOf } from './context.ts'
import { lockMission } from './load.ts'
import { HEAD_MOVED, openMission } from './open-mission.ts'
import { finish } from './settle-session.ts'
import { voidSession } from './void-session.ts'

type Ctx = Pick<MissionControl, 'transact' | 'config' | 'repositories' | 'pageOf' | 'pullRequests'>
const actor = grace('github')

/** Refuses where GitHub does not answer: it is asked again. What is wrong with one does not keep the others waiting. */
export async function followPullRequests(ctx: Ctx, name: string): Promise<void> {
  const target = targetOf(ctx.config, name)
  if (!target.github) return
  const labelled = await ctx.pullRequests.labelled(target)
  const followed = await ctx.transact(({ candidates }) => candidates.pullRequests(name))
  const numbers = new Set(labelled.map(({ number }) => number))
  const faults: unknown[] = []
  const each = async (work: () => Promise<void>) => void (await work().catch((error) => faults.push(error)))
  for (const pull of labelled) {
    const before = followed.find(({ number }) => number === pull.number)
    const mission = wayOf(pull, before)
    if (mission !== 'leave')
      await each(() => take(ctx, target, pull, mission === 'open' ? undefined : mission.id))
  }
  for (const one of followed)
    if (one.outcome === null && one.stands && !numbers.has(one.number))
      await each(() => letGo(ctx, target, one))
  if (faults.length > 0) throw faults[0]
}

/** A head that was answered once is not asked about again, but where it was the pull request that went away. */
function wayOf(
  { number, head }: PullRequest,
  before: FollowedPullRequest | undefined,
): 'open' | 'leave' | { readonly id: string } {
  if (!before) return 'open'
  if (before.outcome === null) return before.head !== head && before.stands ? { id: before.mission } : 'leave'
  return before.head !== head || before.reason.startsWith(wentAway(number)) ? 'open' : 'leave'
}

const refOfPull = (number: number): string => `refs/pull/${number}/head`
const wentAway = (number: number): string => `Pull request #${number} `

/** What is refused is said on the pull request, where whoever wrote it looks. */
async function take(ctx: Ctx, target: Target, pull: PullRequest, mission: string | undefined): Promise<void> {
  try {
    const by = await proposerOf(ctx, target, pull)
    const from = { head: pull.head, authors: await authorsOf(ctx, target, pull) }
    const ref = refOfPull(pull.number)
    if (mission !== undefined) return void (await attachCandidate(ctx, by, mission, { ref }, from))
    const body = visible(pull.body).trim()
    const proposal = {
      target: target.name,
      title: oneLine(pull.title, LIMITS.title) || `Pull request #${pull.number}`,
      description: Array.from(body).slice(0, LIMITS.description).join(''),
      rationale: `Pull request #${pull.number} of ${pull.author}.`,
      claims: claimedIn(body),
      ref,
    }
    await openMission(ctx, by, proposal, from)
  } catch (error) {
    if (!(error instanceof Refusal) || NOT_ITS_FAULT.has(error.code)) throw error
    await ctx.pullRequests.show(target, pull.head, {
      state: 'failure',
      title: oneLine(error.message, 200),
      summary: fenced([error.message, error.next]),
      url: '',
    })
  }
}

/** It is looked at again by itself. */
const NOT_ITS_FAULT: ReadonlySet<string> = new Set([
  FORGE_AWAY,
  FORGE_REFUSED,
  HEAD_MOVED,
  'repository_unreachable',
])

/** `Grace-Claim: latency 5`, on a line of its own. */
function claimedIn(body: string): readonly Claim[] {
  const said = [...body.matchAll(/^Grace-Claim: *(.+?) *$/gm)].map(([, words]) => words!)
  return said.flatMap((words) => {
    const claims = claimsOf(words)
    if (claims) return claims
    throw new Refusal(
      'invalid',
      'claim_unreadable',
      `"Grace-Claim: ${oneLine(words, 60)}" in its description is no claim.`,
      CLAIM_HINT,
    )
  })
}

/** A member by the account that grace.yaml has for them. */
const memberOf = ({ members }: Config, login: string) =>
  members.find(({ forge }) => forge?.toLowerCase() === login.toLowerCase())

const writerOf = (config: Config, login: string, isBot: boolean): ActorRef => {
  const member = memberOf(config, login)
  if (member) return { kind: 'member', id: member.id }
  return { kind: isBot ? 'agent' : 'guest', id: login }
}

/** Everybody that its commits name wrote it, and may not approve it. */
async function authorsOf(ctx: Ctx, target: Target, pull: PullRequest): Promise<ActorRef[]> {
  const committers = await ctx.pullRequests.committers(target, pull.number)
  return [
    writerOf(ctx.config, pull.author, pull.isBot),
    ...committers
      .filter((login) => login !== pull.author)
      .map((login) => writerOf(ctx.config, login, login.endsWith('[bot]'))),
  ]
}

/** A member or a bot for itself; for anybody else the member who gave the label. */
async function proposerOf(ctx: Ctx, target: Target, pull: PullRequest): Promise<Actor> {
  const as = (kind: 'member' | 'agent', id: string, name: string): Actor => ({
    kind,
    id,
    name,
    via: 'github',
    scopes: ['read', 'propose'],
  })
  const own = memberOf(ctx.config, pull.author)
  if (own) return as('member', own.id, own.name)
  if (pull.isBot) return as('agent', pull.author, pull.author)
  const login = await ctx.pullRequests.labelledBy(target, pull.number)
  const sponsor = login === undefined ? undefined : memberOf(ctx.config, login)
  if (sponsor) return as('member', sponsor.id, sponsor.name)
  throw new Refusal(
    'forbidden',
    'label_of_a_stranger',
    `${pull.author} is no member of ${target.name}, and ${login ?? 'nobody'} who gave the label is none either.`,
    `A member has to give it the label ${target.github!.label}.`,
  )
}

/** Nothing of what is live already. */
async function letGo(ctx: Ctx, target: Target, { mission: id, number }: FollowedPullRequest): Promise<void> {
  const state = await ctx.pullRequests.stateOf(target, number)
  if (state === 'labelled') return
  await ctx.transact(async (stores) => {
    const mission = await lockMission(stores, id)
    if (['live_execution', 'monitoring', 'complete'].includes(mission.phase)) return
    const what = {
      unlabelled: `has the label ${target.github!.label} on ${target.branch} no more`,
      merged: 'was merged by somebody else',
      closed: 'was closed',
    }[state]
    const why = `${wentAway(number)}${what}.`
    await voidSession(stores, mission, actor, why)
    await finish(stores, mission, state === 'merged' ? 'superseded' : 'cancelled', why, actor)
  })
}
