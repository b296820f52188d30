#!/usr/bin/env node
// Checks what Grace wrote down, without Grace: an export of its ledger, a mission's receipt, or a C2SP tlog-proof.
// This one file needs Node 20 and nothing else. It knows nothing of Grace's database, and Grace does not use it to check
// itself: two programs by two ways. docs/ledger.md says what it can find out and what nobody can.
import * as crypto from 'node:crypto'
import { readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** What is wrong with a file, for people. */
export class Broken extends Error {}
const broken = (why) => {
  throw new Broken(why)
}

/** In one call where this Node has it (20.12). */
const sha256 = crypto.hash
  ? (data) => crypto.hash('sha256', data, 'buffer')
  : (data) => crypto.createHash('sha256').update(data).digest()
const leafHash = (leaf) => sha256(`\0${leaf}`)
const NODE = Buffer.of(1)
const nodeHash = (left, right) => sha256(Buffer.concat([NODE, left, right], 65))
const areHashes = (...all) => all.every(({ length }) => length === 32)
const half = (n) => Math.floor(n / 2)
const isOdd = (n) => n % 2 === 1

/** Standard base64 with its padding and nothing else; Node itself would skip what it does not know. */
function bytesOf(text, what) {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : Buffer.alloc(0)
  if (typeof text !== 'string' || bytes.toString('base64') !== text) broken(`${what} is not base64`)
  return bytes
}

function hashOf(text, what) {
  const bytes = bytesOf(text, what)
  return bytes.length === 32 ? bytes : broken(`${what} is not 32 bytes long`)
}

/** RFC 9162 section 2.1.3.2: whether the leaf stands at `index` of the tree with that root. */
export function includes({ index, size, leaf, path, root }) {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) return false
  if (!areHashes(leaf, root, ...path)) return false
  let [at, last, hash] = [index, size - 1, leaf]
  for (const step of path) {
    if (last === 0) return false
    if (isOdd(at) || at === last) {
      hash = nodeHash(step, hash)
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else hash = nodeHash(hash, step)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && Buffer.from(hash).equals(root)
}

/** RFC 9162 section 2.1.4.2: whether the tree of `second` leaves begins with the one of `first` leaves. */
export function extendsTree({ first, second, firstRoot, secondRoot, path }) {
  if (!(Number.isSafeInteger(first) && Number.isSafeInteger(second) && first >= 1 && first <= second))
    return false
  if (firstRoot.length !== secondRoot.length || !areHashes(...path)) return false
  if (first === second) return path.length === 0 && Buffer.from(firstRoot).equals(secondRoot)
  const steps = Number.isInteger(Math.log2(first)) ? [firstRoot, ...path] : [...path]
  if (path.length === 0) return false
  let [at, last] = [first - 1, second - 1]
  while (isOdd(at)) [at, last] = [half(at), half(last)]
  let [old, grown] = [steps[0], steps[0]]
  for (const step of steps.slice(1)) {
    if (last === 0) return false
    if (isOdd(at) || at === last) {
      old = nodeHash(step, old)
      grown = nodeHash(step, grown)
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else grown = nodeHash(grown, step)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && Buffer.from(old).equals(firstRoot) && Buffer.from(grown).equals(secondRoot)
}

/** C2SP signed-note verifier key, `name+hash+base64` of 0x01 and 32 bytes (Ed25519). */
export function openKey(text) {
  const [, name, id, encoded] =
    /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(String(text).trim()) ??
    broken('the key is not of the form name+hash+base64')
  const key = bytesOf(encoded, 'the key')
  if (key.length !== 33 || key[0] !== 1) broken('the key is not an Ed25519 key')
  if (
    sha256(Buffer.concat([Buffer.from(`${name}\n`), key]))
      .subarray(0, 4)
      .toString('hex') !== id
  )
    broken('the hash in the key is not its own')
  return {
    text: String(text).trim(),
    name,
    id: Buffer.from(id, 'hex'),
    key: crypto.createPublicKey({
      key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.subarray(1)]),
      format: 'der',
      type: 'spki',
    }),
  }
}

/** C2SP tlog-checkpoint: size and root, signed by one of the keys. */
export function openCheckpoint(note, keys) {
  const end = note.indexOf('\n\n')
  const [origin, size, root] = end < 0 ? [] : note.slice(0, end).split('\n')
  if (!origin || !/^(?:0|[1-9]\d*)$/.test(size ?? '') || !root)
    broken('a checkpoint does not have its three lines')
  const message = Buffer.from(note.slice(0, end + 1))
  const isSigned = note
    .slice(end + 2)
    .split('\n')
    .some((line) => {
      const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? []
      const blob = Buffer.from(encoded ?? '', 'base64')
      if (blob.toString('base64') !== encoded) return false
      return keys.some(
        (k) =>
          k.name === name &&
          blob.subarray(0, 4).equals(k.id) &&
          crypto.verify(null, message, k.key, blob.subarray(4)),
      )
    })
  if (!isSigned) broken(`the checkpoint of ${size} entries is not signed by a key that is known`)
  return { origin, size: Number(size), root: hashOf(root, 'the root of a checkpoint') }
}

/** C2SP tlog-proof v1. */
export function openProof(text) {
  const [format, ...lines] = text.split('\n')
  if (format !== 'c2sp.org/tlog-proof@v1') broken('it is no tlog-proof')
  const extra = lines[0]?.startsWith('extra ') ? bytesOf(lines.shift().slice(6), 'the extra line') : undefined
  const [, index] = /^index (0|[1-9]\d*)$/.exec(lines.shift() ?? '') ?? broken('a proof has no index')
  const end = lines.indexOf('')
  if (end < 0) broken('a proof has no checkpoint')
  return {
    index: Number(index),
    extra,
    path: lines.slice(0, end).map((line) => hashOf(line, 'a line of a proof')),
    checkpoint: lines.slice(end + 1).join('\n'),
  }
}

/** That the words which are there are those that the leaf commits to. Returns how many were taken out. */
function checkTexts({ facts }, texts, at) {
  const committed = new Set()
  for (const fact of Object.values(facts ?? {})) if (fact?.commitment) committed.add(fact.commitment)
  if (!Array.isArray(texts) || texts.length !== committed.size)
    broken(`${at} does not come with the words that it commits to`)
  for (const { commitment, salt, text } of texts) {
    if (!committed.delete(commitment)) broken(`${at} comes with words that it does not commit to`)
    if (!/^[0-9a-f]{64}$/.test(salt)) broken(`${at} has a salt of another form`)
    if (
      text !== null &&
      `sha256:${sha256(Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(text)])).toString('hex')}` !==
        commitment
    )
      broken(`${at} comes with other words than those it commits to`)
  }
  return texts.filter(({ text }) => text === null).length
}

const parse = (text, what) => {
  try {
    return JSON.parse(text)
  } catch {
    return broken(`${what} is not JSON`)
  }
}
const same = (a, b) => Buffer.from(a).equals(b)
const differs = (size) =>
  broken(
    `the first ${size} entries are not those that were published: the checkpoint of ${size} entries has another root`,
  )

/** The whole ledger: its root is computed anew at every checkpoint. */
function checkExport(lines, keys, published) {
  const head = parse(lines[0], 'line 1')
  const known = keys.length > 0 ? keys : (head.keys ?? [head.key]).map(openKey)
  const last =
    parse(lines.at(-1), `line ${lines.length}`).checkpoint ??
    broken('the last line is not a checkpoint: the file ends too early')
  const own = openCheckpoint(last, known)
  if (own.origin !== head.origin) broken('the checkpoint is of another ledger')
  const said = [...published.map((note) => openCheckpoint(note, known)), own]
  const leaves = lines.slice(1, -1)
  const sizes = new Set(said.map(({ size }) => size))
  const roots = []
  let redacted = 0
  const check = (size) => {
    if (!sizes.has(size)) return
    const root = roots.length === 0 ? sha256('') : roots.reduceRight((right, left) => nodeHash(left, right))
    if (said.some((one) => one.size === size && !same(one.root, root))) differs(size)
  }
  leaves.forEach((line, i) => {
    const { leaf, texts } = parse(line, `line ${i + 2}`)
    if (typeof leaf !== 'string') broken(`line ${i + 2} has no entry`)
    redacted += checkTexts(parse(leaf, `entry ${i}`), texts, `entry ${i}`)
    let hash = leafHash(leaf)
    for (let size = i; isOdd(size); size = half(size)) hash = nodeHash(roots.pop(), hash)
    roots.push(hash)
    check(i + 1)
  })
  const most = Math.max(...said.map(({ size }) => size))
  if (most > leaves.length)
    broken(`entries are missing: ${leaves.length} are there, and a checkpoint of ${most} was published`)
  if (own.size !== leaves.length)
    broken(`${leaves.length} entries, and the checkpoint at the end is of ${own.size}`)
  return {
    what: `${leaves.length} entries`,
    size: leaves.length,
    redacted,
    known,
    published: said.slice(0, -1).map(({ size }) => size),
  }
}

function checkProof(text, known, leaf) {
  const proof = openProof(text)
  const checkpoint = openCheckpoint(proof.checkpoint, known)
  const of = leaf ?? proof.extra ?? broken('the proof does not say of what it is (no extra line)')
  if (!includes({ ...proof, size: checkpoint.size, leaf: leafHash(of), root: checkpoint.root }))
    broken(`entry ${proof.index} does not stand in the tree of ${checkpoint.size} entries`)
  return { index: proof.index, checkpoint }
}

/** A mission's entries, each by its proof; and that the tree grew from the published ones. */
function checkReceipt(receipt, keys, published) {
  const known = keys.length > 0 ? keys : (receipt.keys ?? [receipt.key]).map(openKey)
  const own = openCheckpoint(receipt.checkpoint, known)
  let [before, redacted, id] = [-1, 0]
  for (const { leaf, texts, proof } of receipt.entries) {
    const { index, checkpoint } = checkProof(proof, known, leaf)
    if (checkpoint.size !== own.size || !same(checkpoint.root, own.root))
      broken(`entry ${index} is proved by another checkpoint`)
    if (index <= before) broken(`entry ${index} is not in its order`)
    before = index
    const entry = parse(leaf, `entry ${index}`)
    const { mission } = entry
    id ??= mission
    if (mission !== id) broken(`entry ${index} is of another mission`)
    redacted += checkTexts(entry, texts, `entry ${index}`)
  }
  if (typeof id !== 'string') broken('the receipt has no entry')
  const sizes = published.map((note) => {
    const one = openCheckpoint(note, known)
    if (one.size > own.size)
      broken(
        `the published checkpoint of ${one.size} entries is newer than this receipt (${own.size}): ask for a newer one`,
      )
    const path = one.size === own.size ? [] : receipt.consistency.find(({ size }) => size === one.size)?.proof
    if (!path)
      broken(
        `the receipt does not say how the ledger grew from ${one.size} entries: ask for one with --since ${one.size}`,
      )
    if (
      !extendsTree({
        first: one.size,
        second: own.size,
        firstRoot: one.root,
        secondRoot: own.root,
        path: path.map((line) => hashOf(line, 'a line of a proof')),
      })
    )
      differs(one.size)
    return one.size
  })
  return {
    what: `${receipt.entries.length} entries of mission ${id}, which Grace calls ${receipt.mission}`,
    size: own.size,
    redacted,
    known,
    published: sizes,
  }
}

/**
 * `text`: the file. `keys`: of openKey. `published`: checkpoints from where Grace could not change them. Throws Broken for
 * whatever is not as it was, a file of another form included.
 */
export function check(text, keys, published) {
  try {
    return checkFile(text, keys, published)
  } catch (error) {
    throw error instanceof Broken
      ? error
      : new Broken(`it does not have the form that Grace writes (${error.message})`)
  }
}

function checkFile(text, keys, published) {
  if (text.startsWith('c2sp.org/tlog-proof@v1\n')) {
    if (keys.length === 0) broken('a proof by itself names no key: give it with --key')
    const { index, checkpoint } = checkProof(text, keys)
    const seen = published.map((note) => openCheckpoint(note, keys))
    const differing = seen.find((one) => one.size !== checkpoint.size)
    if (differing)
      broken(
        `the proof is by the checkpoint of ${checkpoint.size} entries, the published one is of ${differing.size}: a receipt ties both together`,
      )
    if (seen.some((one) => !same(one.root, checkpoint.root))) differs(checkpoint.size)
    return {
      what: `entry ${index}`,
      size: checkpoint.size,
      redacted: 0,
      known: keys,
      published: seen.map(({ size }) => size),
    }
  }
  const lines = text.split('\n').filter((line) => line !== '')
  const first = parse(lines[0] ?? '', 'the first line')
  if (first?.format === 'grace-ledger/v1') return checkExport(lines, keys, published)
  if (first?.format === 'grace-receipt/v1') return checkReceipt(first, keys, published)
  return broken('it is neither a ledger export, nor a receipt, nor a tlog-proof')
}

const HELP = `Usage: node verify-ledger.mjs FILE [--key KEY]… [--checkpoint FILE]…

FILE          of "grace ledger export" or "grace ledger prove", or a tlog-proof
--key         a key of Grace's, from "grace ledger key"; without it, those that FILE names are believed
--checkpoint  a file with a checkpoint that was published (in the chat, in a tag of the repository)`

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      key: { type: 'string', multiple: true },
      checkpoint: { type: 'string', multiple: true },
      help: { type: 'boolean' },
    },
  })
  if (values.help || positionals.length !== 1) {
    console.log(HELP)
    return values.help ? 0 : 2
  }
  const published = (values.checkpoint ?? []).map((path) =>
    readFileSync(path, 'utf8').replaceAll('\r\n', '\n'),
  )
  const found = check(readFileSync(positionals[0], 'utf8'), (values.key ?? []).map(openKey), published)
  console.log(
    `Whole: ${found.what}, under a signed checkpoint of ${found.size}.${found.redacted > 0 ? ` ${found.redacted === 1 ? '1 text was' : `${found.redacted} texts were`} taken out; it is still committed to what they said.` : ''}`,
  )
  if (!values.key)
    console.log(
      `Signed by a key that the file itself names: ${found.known.map(({ text }) => text).join(', ')}. Compare them with those that you know, or give those with --key.`,
    )
  const most = Math.max(0, ...found.published)
  console.log(
    published.length === 0
      ? 'No published checkpoint was given: a ledger that was written anew, with the same key, would look the same. Give one with --checkpoint.'
      : most < found.size
        ? `The first ${most} entries are as published. Those above stand under Grace's own checkpoint only: that some were cut off at the end could not be seen.`
        : 'All of it is as published.',
  )
  return 0
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  try {
    process.exitCode = main()
  } catch (error) {
    console.error(
      error instanceof Broken ? `Not whole: ${error.message}.` : `It could not be read: ${error.message}`,
    )
    process.exitCode = error instanceof Broken ? 1 : 2
  }
