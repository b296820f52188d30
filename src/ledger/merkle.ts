// RFC 6962 section 2.1 Merkle tree, as a compact range: the roots of the perfect subtrees, largest first.
import { createHash } from 'node:crypto'

export type Hash = Uint8Array

const sha256 = (...parts: Uint8Array[]): Hash => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}
const LEAF = new Uint8Array([0])
const NODE = new Uint8Array([1])

export const leafHash = (leaf: Uint8Array): Hash => sha256(LEAF, leaf)
export const nodeHash = (left: Hash, right: Hash): Hash => sha256(NODE, left, right)

/** Not part of RFC 6962: links each leaf to all before it at the cost of one hash. */
export const chainHash = (before: Hash, leaf: Hash): Hash => sha256(before, leaf)
export const FIRST_CHAIN: Hash = new Uint8Array(32)

/** Grows one leaf at a time in O(log n) memory. */
export class CompactRange {
  #size: number
  #roots: Hash[]

  /** `roots` are those of a range saved before: one per set bit of `size`, largest subtree first. */
  constructor(size = 0, roots: readonly Hash[] = []) {
    const bits = [...size.toString(2)].filter((bit) => bit === '1').length
    if (roots.length !== bits)
      throw new RangeError(`A tree of ${size} leaves has ${bits} subtree roots, not ${roots.length}`)
    this.#size = size
    this.#roots = [...roots]
  }

  get size(): number {
    return this.#size
  }
  get roots(): readonly Hash[] {
    return this.#roots
  }

  append(leaf: Hash): void {
    let hash = leaf
    // Every trailing 1 of the size is a perfect subtree of the height that `hash` now has.
    for (let size = this.#size; size % 2 === 1; size = Math.floor(size / 2))
      hash = nodeHash(this.#roots.pop()!, hash)
    this.#roots.push(hash)
    this.#size++
  }

  /** Root of the tree; SHA-256 of nothing when it is empty. */
  root(): Hash {
    if (this.#roots.length === 0) return sha256()
    return this.#roots.reduceRight((right, left) => nodeHash(left, right))
  }
}
