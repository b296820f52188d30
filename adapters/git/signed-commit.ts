// Commits with Grace's signature, as `git verify-commit` reads it.
import type { Signer } from '../../src/keys/key.ts'
import { sshSign } from '../../src/keys/ssh-signature.ts'
import { git, gitText } from './git.ts'

export interface Commit {
  readonly tree: string
  readonly parents: readonly string[]
  readonly message: string
}

/** Written into the mirror; its id. */
export async function signedCommit(
  mirror: string,
  { tree, parents, message }: Commit,
  signer: Signer,
): Promise<string> {
  const plain = await gitText(
    mirror,
    ['commit-tree', tree, ...parents.flatMap((p) => ['-p', p]), '-F', '-'],
    {
      input: message,
    },
  )
  const text = (await git(mirror, ['cat-file', 'commit', plain])).toString('utf8')
  const end = text.indexOf('\n\n')
  // A header of several lines goes on with a space.
  const signature = (await sshSign(text, signer)).trimEnd().replaceAll('\n', '\n ')
  return gitText(mirror, ['hash-object', '-t', 'commit', '-w', '--stdin'], {
    input: `${text.slice(0, end)}\ngpgsig ${signature}${text.slice(end)}`,
  })
}
