// Changes: what they are called by is what they are, what was measured was signed, what was carried was the same, and
// what was refused was not taken again.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { by, type Checking } from './checking.ts'
import { patchIdOf } from './git.ts'
import type { Candidate, Evidence, Records, Session } from './records.ts'
import { candidateOf } from './sessions.ts'
import { isSignedBy } from './signatures.ts'

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`

/** This base, these bytes, this result. */
export const candidateDigest = ({ base_commit, tree, patch }: Candidate): string =>
  sha256(canonicalize({ base_commit, tree, patch: sha256(patch) })!)

const PAYLOAD = 'application/vnd.in-toto+json'
interface Statement {
  readonly predicateType?: string
  readonly subject?: readonly { readonly digest?: { readonly gitTree?: string } }[]
  readonly predicate?: {
    readonly configuration?: readonly {
      readonly name: string
      readonly digest: { readonly sha256: string }
    }[]
  }
}

/** DSSE v1 and in-toto: that one of Grace's keys says this of this tree, candidate and evidence. */
export function isSealed({ publicKeys }: Checking, evidence: Evidence, candidate: Candidate): boolean {
  const { payloadType, payload, signatures } = evidence.signature
  const body = Buffer.from(payload, 'base64')
  const message = Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${body.length} `),
    body,
  ])
  const good = signatures.some(({ sig }) =>
    publicKeys('attestation').some((key) => isSignedBy(key, message, Buffer.from(sig, 'base64'))),
  )
  if (payloadType !== PAYLOAD || !good) return false
  const statement = JSON.parse(body.toString('utf8')) as Statement
  const named = new Map(statement.predicate?.configuration?.map(({ name, digest }) => [name, digest.sha256]))
  return (
    statement.subject?.length === 1 &&
    statement.subject[0]!.digest?.gitTree === candidate.tree &&
    `sha256:${named.get('candidate')}` === candidate.digest &&
    `sha256:${named.get('evidence')}` === evidence.digest
  )
}

export async function checkCandidates(c: Checking): Promise<void> {
  const { records } = c
  const targets = new Map(records.missions.map(({ id, target }) => [id, target]))
  const patchIds = new Map<string, string>()
  for (const candidate of records.candidates) {
    const say = (what: string) => c.report('bound', `candidate ${candidate.id}: ${what}`)
    patchIds.set(candidate.id, await patchIdOf(candidate.patch))
    if (patchIds.get(candidate.id) !== candidate.patch_id) say('its patch id is another patch’s')
    if (candidateDigest(candidate) !== candidate.digest) say('its digest is not of what it is')
    const repository = c.repositories.get(targets.get(candidate.mission) ?? '')
    if (!repository) continue
    const made = await repository.applied(candidate.base_commit, candidate.patch).catch(String)
    if (made !== candidate.tree) say(`its patch on its base makes ${made}, not ${candidate.tree}`)
  }
  const candidates = by(records.candidates, (one) => one.id)
  for (const evidence of records.evidence) {
    const candidate = candidates.get(evidence.candidate)!
    const say = (what: string) => c.report('bound', `evidence ${evidence.id}: ${what}`)
    if (sha256(canonicalize(evidence.body)!) !== evidence.digest) say('its digest is not of what it is')
    if (!isSealed(c, evidence, candidate)) say('no key of Grace’s signed it for its candidate')
  }
  for (const session of records.sessions) checkCarried(c, session, patchIds)
  checkRefused(c, targets, patchIds)
}

/** Only the base moved: the same patch, and what each said of it, neither more nor less. */
function checkCarried(c: Checking, session: Session, patchIds: ReadonlyMap<string, string>): void {
  const { records } = c
  const say = (what: string) => c.report('carried', `${session.id}: ${what}`)
  const opened = records.entries.find(
    (entry) => entry.kind === 'SessionOpened' && entry.facts.session === session.id,
  )
  const from = opened?.facts.carried_from
  const carried = (opened?.facts.carried ?? []) as readonly string[]
  const here = records.ballots.filter((one) => one.session === session.id && one.carried_from !== null)
  for (const ballot of here)
    if (ballot.carried_from !== from || !carried.includes(ballot.member))
      say(`the ballot of ${ballot.member} comes from ${ballot.carried_from}, and was not carried`)
  if (typeof from !== 'string') return

  const before = records.sessions.find((one) => one.id === from)
  const [now, then] = [candidateOf(c, session), before && candidateOf(c, before)]
  if (!before || before.mission !== session.mission)
    return void say(`carried from ${from}, another mission’s session`)
  if (before.state !== 'void') say(`carried from ${from}, which is ${before.state}`)
  if (!now || !then || patchIds.get(now.id) !== patchIds.get(then.id))
    say(`carried from ${from}, which was about another patch`)
  if (now && then && now.base_commit === then.base_commit)
    say(`carried from ${from}, and the base did not move`)
  for (const ballot of records.ballots.filter((one) => one.session === from && one.vote !== 'withdrawn')) {
    const elector = records.electors.find((one) => one.session === session.id && one.member === ballot.member)
    const active = records.members.some((one) => one.id === ballot.member && one.active)
    const isWanted = active && elector && (ballot.vote !== 'approve' || elector.may_approve)
    if (isWanted && !carried.includes(ballot.member)) say(`the ballot of ${ballot.member} was not carried`)
    const row = here.find((one) => one.member === ballot.member)
    if (row && (row.vote !== ballot.vote || row.clicked_at !== ballot.clicked_at))
      say(`${ballot.member} said ${ballot.vote}, and ${row.vote} was carried`)
  }
}

/** A change that was refused, and when, as far as the records tell. */
function refusedAt({ entries, evidence }: Records, { id, mission }: Candidate): number {
  const ended = entries.findLast(
    (one) => one.mission === mission && one.kind === 'MissionMoved' && one.facts.outcome,
  )
  const measured = evidence.filter((one) => one.candidate === id).map((one) => one.created_at)
  return Math.max(ended?.at ?? Number.NEGATIVE_INFINITY, ...measured)
}

function checkRefused(
  { records, report }: Checking,
  targets: ReadonlyMap<string, string>,
  patchIds: ReadonlyMap<string, string>,
): void {
  const refused = records.candidates.filter((one) => one.refused !== null)
  for (const session of records.sessions.filter((one) => one.result === 'rejected')) {
    const rejected = records.candidates.find(
      (one) => one.mission === session.mission && one.digest === session.candidate_digest,
    )
    if (rejected?.refused === null)
      report('refused', `${session.id} rejected a change that may be taken again`)
  }
  for (const execution of records.executions) {
    const executed = records.candidates.find(
      (one) => one.mission === execution.mission && one.digest === execution.candidate_digest,
    )
    if (!executed) continue
    const same = (one: Candidate) => patchIds.get(one.id) === patchIds.get(executed.id)
    // The same change on a new base is no new one.
    const taken = Math.min(
      ...records.candidates
        .filter((one) => one.mission === executed.mission && same(one))
        .map((one) => one.created_at),
    )
    for (const one of refused)
      if (
        one.mission !== executed.mission &&
        targets.get(one.mission) === execution.target &&
        same(one) &&
        refusedAt(records, one) < taken
      )
        report('refused', `execution ${execution.id} is of a change that was refused before: ${one.refused}`)
  }
}
