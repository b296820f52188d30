import type { ActorRef } from '../kernel/actor.ts'
import { newId } from '../kernel/ids.ts'
import { type Candidate, candidateDigest, type PullRequestHead } from './candidate.ts'
import type { Change } from './repositories.ts'

export interface FollowedPullRequest extends PullRequestHead {
  readonly mission: string
  /** Of the mission; null = it is not complete. */
  readonly outcome: string | null
  readonly reason: string
  /** The mission stands by this pull request, or by no change at all: not by a patch that replaced it. */
  readonly stands: boolean
}

/** What the candidate's keeper needs. */
export interface Candidates {
  insert(candidate: Candidate): Promise<void>
  find(id: string): Promise<Candidate | undefined>
  /** The newest of the mission's, also one that it no longer stands by. */
  latest(mission: string): Promise<Candidate | undefined>
  /** From now on this very change is not taken again, and why; null: it may be. What is said last in its mission stands. */
  refuse(id: string, why: string | null): Promise<void>
  /** The newest mission of the target but that one in which the same change (by its patch id) was refused. */
  refusedBefore(
    target: string,
    patchId: string,
    but?: string,
  ): Promise<{ mission: number; why: string } | undefined>
  /** Number of a mission of the target that is not complete and stands by the same change; `but`: not this one. */
  openWith(target: string, patchId: string, but: string | null): Promise<number | undefined>
  /** Of each pull request of the target that a mission had: the newest such mission, and the head it had last. */
  pullRequests(target: string): Promise<readonly FollowedPullRequest[]>
}

export const draft = (
  mission: string,
  revision: number,
  change: Change,
  authors: readonly ActorRef[],
): Candidate => ({
  id: newId(),
  mission,
  revision,
  ...change,
  pullRequest: change.pullRequest ?? null,
  digest: candidateDigest(change),
  authors,
})
