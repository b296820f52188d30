// bin/verify-ledger.mjs, which is plain JavaScript so that it runs anywhere, with its types.
interface Inclusion {
  readonly index: number
  readonly size: number
  readonly leaf: Uint8Array
  readonly path: readonly Uint8Array[]
  readonly root: Uint8Array
}
interface Growth {
  readonly first: number
  readonly second: number
  readonly firstRoot: Uint8Array
  readonly secondRoot: Uint8Array
  readonly path: readonly Uint8Array[]
}
export interface Found {
  readonly size: number
  readonly redacted: number
  readonly published: readonly number[]
}
interface Verifier {
  readonly Broken: new (why: string) => Error
  includes(of: Inclusion): boolean
  extendsTree(of: Growth): boolean
  openKey(text: string): unknown
  check(text: string, keys: readonly unknown[], published: readonly string[]): Found
}

export const VERIFIER = new URL('../../bin/verify-ledger.mjs', import.meta.url)
export const verifier = (await import(VERIFIER.href)) as Verifier
