// A ledger entry as it is hashed: RFC 8785 JSON, free text only as a salted commitment, so that it can be redacted.
import { createHash } from 'node:crypto'
import { canonical, type Json } from '../kernel/digest.ts'
import type { Entry, Spoken } from '../kernel/work.ts'

export interface SpokenText {
  readonly commitment: string
  /** 64 hexadecimal digits. */
  readonly salt: string
  readonly text: string
}

/** SHA-256(salt ‖ UTF-8 text); the salt keeps short texts from being guessed from their commitment. */
export const commitmentOf = (salt: string, text: string): string =>
  `sha256:${createHash('sha256').update(Buffer.from(salt, 'hex')).update(text).digest('hex')}`

const isSpoken = (value: Json | Spoken | undefined): value is Spoken =>
  typeof value === 'object' && value !== null && 'spoken' in value

export function leafOf(
  entry: Entry,
  id: string,
  at: Date,
  newSalt: () => string,
): { leaf: string; texts: SpokenText[] } {
  const texts: SpokenText[] = []
  const facts: Record<string, Json> = {}
  for (const [name, value] of Object.entries(entry.facts)) {
    if (value === undefined) continue
    if (isSpoken(value)) {
      const salt = newSalt()
      const commitment = commitmentOf(salt, value.spoken)
      texts.push({ commitment, salt, text: value.spoken })
      facts[name] = { commitment }
    } else facts[name] = value
  }
  const leaf = canonical({
    v: 1,
    id,
    at: at.toISOString(),
    kind: entry.kind,
    actor: { kind: entry.actor.kind, id: entry.actor.id },
    mission: entry.mission,
    facts,
  })
  return { leaf, texts }
}
