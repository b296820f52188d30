// An expected no. It is shown to the person; anything else that is thrown is a fault of ours and is not.

export type RefusalKind =
  | 'invalid'
  | 'too_large'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'unavailable'

/** Whatever asked for it may show `message` and `next` as they are. `code` is permanent. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly kind: RefusalKind
  readonly code: string
  /** What the person can do about it. */
  readonly next: string

  constructor(kind: RefusalKind, code: string, message: string, next: string) {
    super(message)
    this.kind = kind
    this.code = code
    this.next = next
  }
}

/** Null where it was refused; a fault stays one. */
export const unlessRefused = <T>(work: Promise<T>): Promise<T | null> =>
  work.catch((error: unknown) => {
    if (error instanceof Refusal) return null
    throw error
  })

export const missing = (noun: string, id: string, next: string): Refusal =>
  new Refusal(
    'not_found',
    `${noun}_not_found`,
    `There is no ${noun} ${JSON.stringify(id.slice(0, 80))}.`,
    next,
  )
