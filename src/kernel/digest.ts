// SHA-256 over RFC 8785 JSON: the one way in which Grace names a thing by its content.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

/** RFC 8785 text of a value. Members that are undefined are left out, as in JSON. */
export function canonical(value: Json): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('A value that JSON cannot say has no canonical form')
  return text
}

/** `sha256:` and 64 hexadecimal digits. */
export const digestOf = (value: Json): string => digestOfText(canonical(value))

export const digestOfText = (text: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`

/** A value from outside as JSON data: what JSON cannot say (undefined, functions) is dropped. */
export const asJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json
