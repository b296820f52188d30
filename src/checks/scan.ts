// What Hunter found in a change.

export interface Finding {
  /** Kebab case; docs/hunter.md has each. */
  readonly rule: string
  /** `block` stops a change; `review` is a point for people and stops nothing. */
  readonly grade: 'block' | 'review'
  readonly path: string
  /** 1-based. */
  readonly line: number
  /** Says what, never the secret itself. */
  readonly what: string
}

export interface Scan {
  /** What the change adds. */
  readonly added: readonly Finding[]
  /** What it takes away. */
  readonly removed: readonly Finding[]
  /** Files that could not be looked at, and why: nothing is known of them. */
  readonly unread: readonly Unread[]
}

export interface Unread {
  readonly path: string
  readonly why: string
  /** A program that does not parse is still looked at as text. */
  readonly of: 'program' | 'everything'
}
