// in-toto Statement v1: what is signed about the tree that a change results in.
import { digestOf } from '../kernel/digest.ts'
import type { Envelope } from '../keys/key.ts'

const STATEMENT = 'https://in-toto.io/Statement/v1'

export interface Statement<P = unknown> {
  readonly _type: typeof STATEMENT
  readonly subject: readonly [{ readonly name: string; readonly digest: { readonly gitTree: string } }]
  readonly predicateType: string
  readonly predicate: P
}

/** What every statement about a change is about. */
export interface Subject {
  /** Id of the mission. */
  readonly mission: string
  /** Git tree of the result. */
  readonly tree: string
}

export const statementAbout = <P>(
  { mission, tree }: Subject,
  predicateType: string,
  predicate: P,
): Statement<P> => ({
  _type: STATEMENT,
  subject: [{ name: mission, digest: { gitTree: tree } }],
  predicateType,
  predicate,
})

/** Whether it is a statement about exactly that tree. */
export function isAbout(statement: unknown, tree: string): statement is Statement {
  const { _type, subject } = (statement ?? {}) as Partial<Statement>
  return _type === STATEMENT && subject?.length === 1 && subject[0]?.digest?.gitTree === tree
}

/** `sha256:…` without its prefix, as in-toto's digest sets have it. */
export const bare = (digest: string): string => digest.replace(/^sha256:/, '')

/** SHA-256 of an envelope's canonical JSON (RFC 8785), hexadecimal. */
export const digestOfEnvelope = ({ payloadType, payload, signatures }: Envelope): string =>
  bare(digestOf({ payloadType, payload, signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig })) }))
