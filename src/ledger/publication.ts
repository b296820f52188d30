// A checkpoint on its way to where Grace can't change it any more: the thread of a mission, on each platform.

/** Where it goes. */
export interface PublicationKey {
  readonly mission: string
  /** Entries that it covers. */
  readonly size: number
  readonly platform: string
  readonly channel: string
}

export interface Publication extends PublicationKey {
  readonly isPublished: boolean
}

export interface Publications {
  queue(of: PublicationKey): Promise<void>
  done(of: PublicationKey): Promise<void>
  /** Of a mission, oldest first. */
  of(mission: string): Promise<readonly Publication[]>
}

/** One sentence for every surface; empty where nothing was ever to be published. */
export function publicationSentence(all: readonly Publication[]): string {
  const last = all.at(-1)
  if (!last) return ''
  return all.every(({ size, isPublished }) => size !== last.size || isPublished)
    ? `The ledger's checkpoint of ${last.size} entries is published in the thread.`
    : `The ledger's checkpoint of ${last.size} entries is queued for the thread.`
}
