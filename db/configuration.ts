// Writes grace.yaml's members, voters and policies, and Grace's public keys, as the migrator: the app can't change them.
import type postgres from 'postgres'
import { PLATFORMS } from '../src/chat/person.ts'
import type { Config } from '../src/config/config.ts'
import { type Keyring, keyIdOf, keyName, PURPOSES, type Purpose } from '../src/keys/key.ts'
import { digestOfPolicy, REQUIRED_CHECKS } from '../src/mission/assess.ts'

export async function writeConfiguration(
  sql: postgres.Sql,
  config: Config,
  keys: Keyring | undefined,
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`update grace.members set active = false`
    for (const { id, name } of config.members)
      await tx`insert into grace.members (id, name, active) values (${id}, ${name}, true)
               on conflict (id) do update set name = excluded.name, active = true`
    await tx`update grace.accounts set until = grace.now() where source = 'config' and until is null`
    for (const { id, name, forge: _forge, ...on } of config.members)
      for (const platform of PLATFORMS)
        if (on[platform])
          await tx`insert into grace.accounts (platform, account, name, member, source, since)
                   values (${platform}, ${on[platform]}, ${name}, ${id}, 'config', grace.now())`
    await tx`delete from grace.voters`
    await tx`update grace.policies set current = false where current`
    for (const target of config.targets.values()) {
      for (const member of target.voters)
        await tx`insert into grace.voters (target, member) values (${target.name}, ${member})`
      const { parliament, policy } = target
      await tx`
        insert into grace.policies (digest, target, current, threshold, min_approvals, share, dwell_ms, deadline_ms, required_checks, demo, body, since)
        values (${digestOfPolicy(config, target)}, ${target.name}, true, ${policy.trust_threshold}, ${parliament.min_approvals}, ${parliament.share},
                ${parliament.dwell}, ${parliament.deadline}, ${[...REQUIRED_CHECKS]}, ${target.demo}, ${JSON.stringify({ policy, parliament })}::text::jsonb, grace.now())
        on conflict (digest) do update set current = true`
    }
    if (keys) for (const purpose of PURPOSES) await registerKey(tx, purpose, keys[purpose].signer.publicKey)
  })
}

/** A key that is known already keeps the end that it has. */
export async function registerKey(
  tx: postgres.Sql | postgres.TransactionSql,
  purpose: Purpose,
  publicKey: Uint8Array,
): Promise<void> {
  await tx`insert into grace.keys (id, name, purpose, public_key, since, not_after)
           values (${keyIdOf(publicKey)}, ${keyName(purpose)}, ${purpose}, ${Buffer.from(publicKey).toString('base64')},
                   grace.now(), grace.now() + interval '730 days')
           on conflict (id) do nothing`
}
