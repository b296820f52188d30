// The outbox as those who carry it out see it. The rows are the truth; a queue only carries their numbers.
import type { Json } from './digest.ts'

export interface Outstanding {
  readonly id: number
  readonly kind: string
  readonly payload: Readonly<Record<string, Json>>
  readonly attempts: number
}

export type Due = Pick<Outstanding, 'id' | 'kind' | 'attempts'>

export interface OutstandingEffects {
  /** Those whose time has come and that nobody carries out at the moment. */
  due(limit: number): Promise<readonly Due[]>
  /** The same, so many of each group of kinds: one group is in no other's way. */
  dueOfEach(groups: readonly (readonly string[])[], limit: number): Promise<readonly Due[]>
  /** Takes one for a while; undefined where it is done, taken, or not due yet. Its key is free from then on. */
  lease(id: number, holder: string, ms: number): Promise<Outstanding | undefined>
  /** False where the lease was lost to somebody else. */
  renew(id: number, holder: string, ms: number): Promise<boolean>
  done(id: number, holder: string): Promise<void>
  /** Another attempt after so many milliseconds. */
  retry(id: number, holder: string, error: string, afterMs: number): Promise<void>
  giveUp(id: number, holder: string, error: string): Promise<void>
  /** Deletes what was done longer ago than that. */
  tidy(olderThanMs: number): Promise<void>
}
