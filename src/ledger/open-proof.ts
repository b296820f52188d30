// Reads what proves that an entry stands in the ledger. Believes nothing but a signature and a hash.
import { type Opened, openCheckpoint } from './checkpoint.ts'
import { type Hash, leafHash, nodeHash } from './merkle.ts'
import { ORIGIN } from './sequence.ts'

const isOdd = (n: number): boolean => n % 2 === 1
const half = (n: number): number => Math.floor(n / 2)
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b)

/** RFC 9162 section 2.1.3.2: whether the leaf stands at `index` of the tree of `size` leaves with that root. */
export function isIncluded(of: {
  readonly index: number
  readonly size: number
  readonly leaf: Hash
  readonly path: readonly Hash[]
  readonly root: Hash
}): boolean {
  const { index, size, leaf, path, root } = of
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) return false
  if (![leaf, root, ...path].every(({ length }) => length === 32)) return false
  let [at, last, hash] = [index, size - 1, leaf]
  for (const step of path) {
    if (last === 0) return false
    if (isOdd(at) || at === last) {
      hash = nodeHash(step, hash)
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else hash = nodeHash(hash, step)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && same(hash, root)
}

const FORM = /^c2sp\.org\/tlog-proof@v1\nextra (\S+)\nindex (0|[1-9]\d{0,14})\n((?:\S{44}\n)*)\n([\s\S]+)$/

/** The leaf that a tlog-proof proves by a checkpoint which one of those keys has signed; undefined where it does not. */
export function openProof(
  text: string,
  known: readonly Uint8Array[],
): { readonly leaf: string; readonly checkpoint: Opened; readonly note: string } | undefined {
  const [, extra, index, path, note] = FORM.exec(text) ?? []
  if (extra === undefined || path === undefined || note === undefined) return undefined
  const checkpoint = openCheckpoint(note, ORIGIN, known)
  if (!checkpoint) return undefined
  const leaf = Buffer.from(extra, 'base64')
  const proven = isIncluded({
    index: Number(index),
    size: checkpoint.size,
    leaf: leafHash(leaf),
    path: path
      .split('\n')
      .slice(0, -1)
      .map((line) => new Uint8Array(Buffer.from(line, 'base64'))),
    root: checkpoint.root,
  })
  return proven ? { leaf: leaf.toString('utf8'), checkpoint, note } : undefined
}
