// What somebody needs to check the ledger without Grace: RFC 9162 proofs, and C2SP tlog-proofs that hold one.
import { type Hash, nodeHash } from './merkle.ts'

/** The largest power of two below `n`, n ≥ 2. */
const halfOf = (n: number): number => 2 ** Math.floor(Math.log2(n - 1))

/** Every perfect subtree of a list of leaf hashes, each hashed once: 2n hashes for n leaves. */
export class HashTree {
  readonly #levels: Hash[][]

  constructor(leaves: readonly Hash[]) {
    this.#levels = [[...leaves]]
    for (let level = this.#levels[0]!; level.length > 1; ) {
      const above: Hash[] = []
      for (let i = 0; i + 1 < level.length; i += 2) above.push(nodeHash(level[i]!, level[i + 1]!))
      this.#levels.push(above)
      level = above
    }
  }

  get size(): number {
    return this.#levels[0]!.length
  }

  /** MTH(D[from:to]) of RFC 9162 section 2.1.1; `from` is a multiple of the power of two that `to - from` fits in. */
  #root(from: number, to: number): Hash {
    const count = to - from
    const height = Math.log2(count)
    if (Number.isInteger(height)) return this.#levels[height]![from / count]!
    const half = halfOf(count)
    return nodeHash(this.#root(from, from + half), this.#root(from + half, to))
  }

  /** PATH(index, D[0:size]), section 2.1.3.1: from the leaf's sibling up. */
  inclusion(index: number, size = this.size): Hash[] {
    if (!(index >= 0 && index < size && size <= this.size))
      throw new RangeError(`no leaf ${index} in a tree of ${size} (there are ${this.size})`)
    const path = (from: number, to: number): Hash[] => {
      if (to - from === 1) return []
      const middle = from + halfOf(to - from)
      return index < middle
        ? [...path(from, middle), this.#root(middle, to)]
        : [...path(middle, to), this.#root(from, middle)]
    }
    return path(0, size)
  }

  /** PROOF(first, D[0:second]), section 2.1.4.1: that the first `first` leaves of both trees are the same. */
  consistency(first: number, second = this.size): Hash[] {
    if (!(first >= 1 && first <= second && second <= this.size))
      throw new RangeError(`no proof from ${first} to ${second} (there are ${this.size})`)
    const proof = (from: number, to: number, known: boolean): Hash[] => {
      if (first === to) return known ? [] : [this.#root(from, to)]
      const middle = from + halfOf(to - from)
      return first <= middle
        ? [...proof(from, middle, known), this.#root(middle, to)]
        : [...proof(middle, to, false), this.#root(from, middle)]
    }
    return proof(0, second, true)
  }
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** C2SP tlog-proof v1. `extra`: the leaf, as its reader needs it and the proof does not vouch for it by itself. */
export const tlogProof = (of: {
  readonly index: number
  readonly path: readonly Hash[]
  readonly checkpoint: string
  readonly extra?: string
}): string =>
  [
    'c2sp.org/tlog-proof@v1',
    ...(of.extra === undefined ? [] : [`extra ${base64(Buffer.from(of.extra))}`]),
    `index ${of.index}`,
    ...of.path.map(base64),
    '',
    of.checkpoint,
  ].join('\n')
