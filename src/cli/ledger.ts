// grace ledger …: the log, checked here or taken along.
import { open, readFile, rm, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { KeyFile } from '../../adapters/keys/key-file.ts'
import { ledgerOn } from '../../db/stores/commit.ts'
import { ledgerArchiveOn, ledgerPagesOn, redactEntry } from '../../db/stores/ledger.ts'
import type { Env } from '../config/env.ts'
import { shortNumber } from '../kernel/ids.ts'
import { missing, Refusal } from '../kernel/refusal.ts'
import { spoken } from '../kernel/work.ts'
import { verifierKey } from '../ledger/checkpoint.ts'
import { exportLedger, receiptOf } from '../ledger/export.ts'
import { ORIGIN } from '../ledger/sequence.ts'
import { verifyLedger } from '../ledger/verify.ts'
import { asOwner, COMMAND_LINE, withDatabase } from './with-database.ts'

type Say = (line: string) => void

const ledgerKeys = ({ keys }: KeyFile): string[] =>
  keys.ledger.known.map((publicKey) => verifierKey(ORIGIN, publicKey))
const howToCheck = (file: string): string =>
  `Check it anywhere with: node verify-ledger.mjs ${file} (bin/verify-ledger.mjs is that one file).`

export async function verifyCommand(env: Env, say: Say): Promise<boolean> {
  return withDatabase(env, async ({ db }, { readKeys }) => {
    const result = await verifyLedger(ledgerPagesOn(db), (await readKeys()).keys.ledger.known)
    if (result.ok)
      say(
        `The ledger is whole: ${result.size} entries, all under signed checkpoints; ${result.waiting} wait for their number, ${result.redacted} texts are redacted.`,
      )
    else
      say(
        `The ledger is broken at entry ${result.seq}${result.entry ? ` (${result.entry})` : ''}: ${result.why}.`,
      )
    return result.ok
  })
}

export async function keyCommand(env: Env, say: Say): Promise<void> {
  await withDatabase(env, async (_client, { readKeys }) => ledgerKeys(await readKeys()).forEach(say))
}

export async function exportCommand(env: Env, file: string, say: Say): Promise<void> {
  await withDatabase(env, async ({ db }, { readKeys }) => {
    const archive = ledgerArchiveOn(db)
    const keys = ledgerKeys(await readKeys())
    const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      throw cannotWrite(file, error)
    })
    let lines = 0
    const counted = async function* () {
      for await (const line of exportLedger(archive, keys)) {
        lines++
        yield line
      }
    }
    await pipeline(Readable.from(counted()), handle.createWriteStream()).catch(async (error: unknown) => {
      // Half of it would only be in the way.
      await rm(file, { force: true })
      throw error instanceof Refusal ? error : cannotWrite(file, error as NodeJS.ErrnoException)
    })
    const waiting = await archive.waiting()
    say(
      `${file} has the ${lines - 2} numbered entries${waiting > 0 ? `; ${waiting} wait for their number and are not in it` : ''}. It has people's words: treat it as you treat the chat.`,
    )
    say(howToCheck(file))
  })
}

/** `since`: files with checkpoints that were published, or their sizes. */
export async function proveCommand(
  env: Env,
  mission: string,
  { out, since }: { out?: string | undefined; since: readonly string[] },
  say: Say,
): Promise<void> {
  const number = shortNumber(mission)
  if (number === undefined)
    throw new Refusal(
      'invalid',
      'mission_name',
      `${JSON.stringify(mission.slice(0, 40))} is no mission's name.`,
      'Missions are called M-1, M-2 …; see: grace missions list.',
    )
  const sizes = await Promise.all(since.map(sizeIn))
  const file = out ?? `M-${number}.receipt.json`
  await withDatabase(env, async ({ db }, { readKeys }) => {
    const receipt = await receiptOf(ledgerArchiveOn(db), number, ledgerKeys(await readKeys()), sizes)
    await writeFile(file, `${JSON.stringify(receipt)}\n`, { flag: 'wx', mode: 0o600 }).catch(
      (error: NodeJS.ErrnoException) => {
        throw cannotWrite(file, error)
      },
    )
    say(
      `${file} has the ${receipt.entries.length} entries of M-${number}, each with its proof. It has people's words: treat it as you treat the chat.`,
    )
    say(howToCheck(file))
  })
}

/** A size, or that in a checkpoint's second line. */
async function sizeIn(given: string): Promise<number> {
  if (/^\d{1,15}$/.test(given)) return Number(given)
  const text = await readFile(given, 'utf8').catch((error: Error) => {
    throw new Refusal(
      'invalid',
      'since',
      `${given} is neither a number of entries nor a file that can be read: ${error.message}.`,
      'Give the file with the published checkpoint, or its second line.',
    )
  })
  return Number(/^[^\n]+\n(\d{1,15})\n/.exec(text)?.[1] ?? Number.NaN)
}

const cannotWrite = (file: string, { code, message }: NodeJS.ErrnoException): Refusal =>
  new Refusal(
    'conflict',
    'file_not_written',
    code === 'EEXIST' ? `${file} is there already.` : `${file} can't be written: ${message}.`,
    'Name another file.',
  )

export async function redactCommand(env: Env, given: string, reason: string, say: Say): Promise<void> {
  const seq = /^\d{1,15}$/.test(given) ? Number(given) : undefined
  if (seq === undefined || reason.trim() === '')
    throw new Refusal(
      'invalid',
      'redact',
      seq === undefined
        ? `${JSON.stringify(given.slice(0, 40))} is no entry's number.`
        : 'A redaction needs its reason.',
      'Numbers are in the history of a mission and in an export: grace ledger redact 17 --reason "asked for by its author".',
    )
  await withDatabase(env, async (_client, _ground, database) => {
    const emptied = await asOwner(database, ({ db }) =>
      db.transaction(async (tx) => {
        const found = await redactEntry(tx, seq)
        if (!found) throw missing('ledger entry', given, 'grace ledger export has them all.')
        await ledgerOn(tx).append([
          {
            kind: 'WordsRedacted',
            actor: COMMAND_LINE,
            facts: { entry: seq, texts: found.emptied, reason: spoken(reason) },
          },
        ])
        return found.emptied
      }),
    )
    say(
      emptied === 0
        ? `Entry ${seq} has no words that could be taken out.`
        : `${emptied === 1 ? '1 text is' : `${emptied} texts are`} gone from entry ${seq}; the ledger still commits to what was said, and stays whole. Backups, exports and the chat still have it.`,
    )
  })
}
