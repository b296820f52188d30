// grace keys …: which there are, a new one in place of an old one, and one that is not to be believed any more.
import { rotateKey } from '../../adapters/keys/key-file.ts'
import { registerKey } from '../../db/configuration.ts'
import { ledgerOn } from '../../db/stores/commit.ts'
import { expireKey, keysOn, revokeKey } from '../../db/stores/keys.ts'
import { passphraseOf } from '../compose.ts'
import type { Env } from '../config/env.ts'
import { missing, Refusal } from '../kernel/refusal.ts'
import { spoken } from '../kernel/work.ts'
import { type KeyRecord, keyIdOf, PURPOSES, type Purpose } from '../keys/key.ts'
import { sshPublicKey } from '../keys/ssh-signature.ts'
import { verifierKey } from '../ledger/checkpoint.ts'
import { ORIGIN } from '../ledger/sequence.ts'
import { asOwner, COMMAND_LINE, withDatabase } from './with-database.ts'

type Say = (line: string) => void

const day = (at: Date): string => at.toISOString().slice(0, 10)

/** How long a running Grace may still sign with the key that it has in memory. */
const OVERLAP = '1 day'

/** In the form in which others take it: git, a note's reader, or plain. */
function publicForm({ purpose, publicKey }: KeyRecord): string {
  if (purpose === 'execution') return `git's allowed signers: grace@localhost ${sshPublicKey(publicKey)}`
  if (purpose === 'ledger' || purpose === 'any') return `verifier key: ${verifierKey(ORIGIN, publicKey)}`
  return `public key: ${Buffer.from(publicKey).toString('base64')}`
}

const stateOf = ({ revokedAt, notAfter }: KeyRecord, now: Date): string =>
  revokedAt
    ? `revoked on ${day(revokedAt)}`
    : `${notAfter <= now ? 'expired on' : 'good until'} ${day(notAfter)}`

export async function listKeysCommand(env: Env, say: Say): Promise<void> {
  await withDatabase(env, async ({ db }) => {
    const { keys, now } = await keysOn(db)
    if (keys.length === 0) say('There are none yet: the first start makes them.')
    for (const key of keys) {
      say(`${key.id}  ${key.purpose}, since ${day(key.since)}, ${stateOf(key, now)}`)
      say(`  ${publicForm(key)}`)
    }
  })
}

export async function rotateCommand(env: Env, given: string, say: Say): Promise<void> {
  const purpose = PURPOSES.find((one) => one === given)
  if (!purpose)
    throw new Refusal(
      'invalid',
      'key_purpose',
      `${JSON.stringify(given.slice(0, 40))} is no purpose of a key.`,
      `Name one of: ${PURPOSES.join(', ')}.`,
    )
  await withDatabase(env, async (_client, { directories }, database) => {
    const { retired, fresh, put } = await rotateKey(directories.keys, purpose, await passphraseOf(env))
    await asOwner(database, async (owner) => {
      await registerKey(owner.sql, purpose, fresh)
      await owner.db.transaction(async (tx) => {
        await expireKey(tx, keyIdOf(retired), OVERLAP)
        await ledgerOn(tx).append([
          {
            kind: 'KeyRotated',
            actor: COMMAND_LINE,
            facts: { purpose, retired: keyIdOf(retired), key: keyIdOf(fresh) },
          },
        ])
        await put()
      })
    })
    say(`The ${purpose} key is ${keyIdOf(fresh)} now; ${keyIdOf(retired)} is good for one more day.`)
    say('A Grace that runs goes on with the old one until it is started again: do that within a day.')
    say(`Whoever checks what it signs needs the new one as well: ${where[purpose]}.`)
  })
}

const where: Readonly<Record<Purpose, string>> = {
  ledger: 'grace ledger key',
  attestation: 'grace keys list',
  execution: "grace keys list has the line for git's allowed signers",
}

export async function revokeCommand(env: Env, given: string, reason: string, say: Say): Promise<void> {
  if (reason.trim() === '')
    throw new Refusal('invalid', 'reason', 'A revocation needs its reason.', 'Give it with --reason "…".')
  await withDatabase(env, async (_client, _ground, database) => {
    const purpose = await asOwner(database, ({ db }) =>
      db.transaction(async (tx) => {
        const revoked = await revokeKey(tx, given)
        if (!revoked) throw missing('key', given, 'grace keys list has them all.')
        await ledgerOn(tx).append([
          {
            kind: 'KeyRevoked',
            actor: COMMAND_LINE,
            facts: { purpose: revoked, key: given, reason: spoken(reason) },
          },
        ])
        return revoked
      }),
    )
    say(`The key ${given} is revoked: nothing that it signed is acted on any more.`)
    const rotate = purpose === 'any' ? PURPOSES : [purpose]
    say(`If Grace still signs with it: grace keys rotate ${rotate.join(' and ')}, and start Grace again.`)
  })
}
