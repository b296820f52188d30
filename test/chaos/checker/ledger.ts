// The immutable log, recomputed from its rows: RFC 8785 leaves, RFC 6962 tree, C2SP checkpoints.
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { by, type Checking, group } from './checking.ts'
import { isSignedBy } from './signatures.ts'

const ORIGIN = 'grace/ledger'

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const bytes = (hex: string): Buffer => Buffer.from(hex.replace(/^\\x/, ''), 'hex')

/** Merkle Tree Hash of RFC 6962, 2.1, of any prefix; full subtrees are hashed once. */
class Tree {
  readonly #leaves: readonly Buffer[]
  readonly #full = new Map<string, Buffer>()
  constructor(leaves: readonly Buffer[]) {
    this.#leaves = leaves
  }

  root(size: number): Buffer {
    return size === 0 ? sha256() : this.#hash(0, size)
  }

  /** Roots of the full subtrees that make up a tree of that size, largest first. */
  peaks(size: number): Buffer[] {
    const peaks: Buffer[] = []
    for (let from = 0; from < size; ) {
      const width = 2 ** Math.floor(Math.log2(size - from))
      peaks.push(this.#hash(from, from + width))
      from += width
    }
    return peaks
  }

  #hash(from: number, to: number): Buffer {
    const size = to - from
    if (size === 1) return this.#leaves[from]!
    const isFull = Number.isInteger(Math.log2(size))
    const known = isFull ? this.#full.get(`${from} ${to}`) : undefined
    if (known) return known
    const split = 2 ** Math.ceil(Math.log2(size) - 1)
    const hash = sha256(Buffer.of(1), this.#hash(from, from + split), this.#hash(from + split, to))
    if (isFull) this.#full.set(`${from} ${to}`, hash)
    return hash
  }
}

export function checkLedger(c: Checking): void {
  checkEntries(c)
  checkTexts(c)
  const hashes = checkLeaves(c)
  checkCheckpoints(c, hashes)
}

function checkEntries({ records, report }: Checking): void {
  for (const { id, mission, leaf, actor, at } of records.entries) {
    const say = (what: string) => report('ledger', `entry ${id}: ${what}`)
    let said: Record<string, unknown>
    try {
      said = JSON.parse(leaf) as Record<string, unknown>
    } catch {
      say('its leaf is no JSON')
      continue
    }
    if (canonicalize(said) !== leaf) say('its leaf is not RFC 8785 JSON')
    if (said.v !== 1 || said.id !== id) say('it stands under another id')
    if ((said.mission ?? null) !== mission) say(`it is filed under ${mission}, and speaks of ${said.mission}`)
    if (!actor.id || !['member', 'agent', 'guest', 'grace'].includes(actor.kind)) say('nobody did it')
    if (Number.isNaN(at)) say('it has no time')
  }
}

/** Free text is only committed to; what is there still is what was committed to. */
function checkTexts({ records, report }: Checking): void {
  const texts = group(records.ledger_texts, (text) => text.entry)
  for (const { id, facts } of records.entries) {
    const promised = Object.values(facts).flatMap((fact) => {
      const { commitment } = (fact ?? {}) as { commitment?: unknown }
      return typeof commitment === 'string' ? [commitment] : []
    })
    const kept = texts.get(id) ?? []
    if (
      promised.toSorted().join() !==
      kept
        .map((text) => text.commitment)
        .sort()
        .join()
    )
      report('ledger', `entry ${id}: it commits to other words than are kept`)
    for (const { salt, text, commitment } of kept)
      if (
        text !== null &&
        `sha256:${sha256(Buffer.from(salt, 'hex'), Buffer.from(text)).toString('hex')}` !== commitment
      )
        report('ledger', `entry ${id}: words in it are not those that were committed to`)
  }
}

function checkLeaves({ records, settled, report }: Checking): Buffer[] {
  const entries = by(records.entries, (entry) => entry.id)
  const hashes: Buffer[] = []
  let chain: Buffer = Buffer.alloc(32)
  for (const { seq, entry, hash, chain: linked } of records.ledger_leaves.toSorted((a, b) => a.seq - b.seq)) {
    const say = (what: string) => report('ledger', `leaf ${seq}: ${what}`)
    if (seq !== hashes.length) say(`it stands where ${hashes.length} is expected`)
    const leaf = entries.get(entry)?.leaf
    if (leaf === undefined) say('its entry is gone')
    else if (!sha256(Buffer.of(0), Buffer.from(leaf)).equals(bytes(hash))) say('its hash is not its entry’s')
    hashes.push(bytes(hash))
    chain = sha256(chain, bytes(hash))
    if (!chain.equals(bytes(linked))) say('its chain is broken')
  }
  const numbered = new Set(records.ledger_leaves.map((leaf) => leaf.entry))
  if (settled)
    for (const { id, kind } of records.entries)
      if (!numbered.has(id)) report('ledger', `entry ${id} (${kind}): it has no leaf`)
  return hashes
}

function checkCheckpoints({ records, publicKeys, report }: Checking, hashes: readonly Buffer[]): void {
  const tree = new Tree(hashes)
  const largest = Math.max(0, ...records.ledger_checkpoints.map((one) => one.size))
  if (largest !== hashes.length)
    report('ledger', `${hashes.length} leaves, and the last checkpoint says ${largest}`)
  for (const { size, root, roots, note, chain } of records.ledger_checkpoints) {
    const say = (what: string) => report('ledger', `checkpoint ${size}: ${what}`)
    if (size > hashes.length) {
      say('leaves that it covers are missing')
      continue
    }
    const own = tree.root(size)
    if (!own.equals(bytes(root))) say('its root is not the tree’s')
    const peaks = tree.peaks(size).map((peak) => peak.toString('base64'))
    if (peaks.join() !== roots.join()) say('its subtrees are not the tree’s')
    const last = records.ledger_leaves.find((leaf) => leaf.seq === size - 1)
    if (last?.chain !== chain) say('its chain is not the last leaf’s')
    const text = `${ORIGIN}\n${size}\n${own.toString('base64')}\n`
    if (!publicKeys('ledger').some((key) => isNote(note, text, key))) say('no key of Grace’s signed that')
  }
}

/** C2SP signed-note: the text, an empty line, and `— <name> <base64 of 4 bytes of key id and the signature>`. */
function isNote(note: string, text: string, key: Uint8Array): boolean {
  if (!note.startsWith(`${text}\n`)) return false
  const keyId = sha256(Buffer.from(`${ORIGIN}\n`), Buffer.of(1), key).subarray(0, 4)
  return note
    .slice(text.length + 1)
    .split('\n')
    .some((line) => {
      const [dash, name, blob = ''] = line.split(' ')
      const signed = Buffer.from(blob, 'base64')
      return (
        dash === '—' &&
        name === ORIGIN &&
        signed.subarray(0, 4).equals(keyId) &&
        isSignedBy(key, Buffer.from(text), signed.subarray(4))
      )
    })
}
