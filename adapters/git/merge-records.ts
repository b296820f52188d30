// What travels with a merge: the statements about it under a ref of its own, and the ledger's checkpoint as a tag.
import type { MergeRequest } from '../../src/execution/delivery.ts'
import type { Signer } from '../../src/keys/key.ts'
import { type Credential, gitText } from './git.ts'
import { signedCommit } from './signed-commit.ts'

/** Refspecs to push beside the branch. `source`: where they go. */
export async function recordsOf(
  mirror: string,
  source: string,
  commit: string,
  { attestations, proof, checkpoint }: MergeRequest['records'],
  signer: Signer,
  credential?: Credential,
): Promise<string[]> {
  const blob = (text: string) => gitText(mirror, ['hash-object', '-w', '--stdin'], { input: text })
  const files = [
    ['attestations.jsonl', attestations],
    ['ledger.tlog-proof', proof],
  ] as const
  const entries: string[] = []
  for (const [name, text] of files) entries.push(`100644 blob ${await blob(text)}\t${name}\n`)
  const tree = await gitText(mirror, ['mktree'], { input: entries.join('') })
  const records = await signedCommit(
    mirror,
    { tree, parents: [], message: `Attestations of ${commit}\n` },
    signer,
  )
  const refspecs = [`${records}:refs/attestations/${commit}`]
  if (!checkpoint) return refspecs
  const name = `grace/checkpoint-${checkpoint.size}`
  // Two targets of one repository may come to the same checkpoint; a tag that is there is never replaced.
  if (await gitText(mirror, ['ls-remote', '--', source, `refs/tags/${name}`], { credential })) return refspecs
  const tag = await gitText(mirror, ['hash-object', '-t', 'tag', '-w', '--stdin'], {
    input: `object ${commit}\ntype commit\ntag ${name}\ntagger Grace <grace@localhost> ${Math.floor(Date.now() / 1000)} +0000\n\n${checkpoint.note}`,
  })
  return [...refspecs, `${tag}:refs/tags/${name}`]
}
