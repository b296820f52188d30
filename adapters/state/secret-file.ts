import { readFile } from 'node:fs/promises'
import { Secret } from '../../src/config/secret.ts'
import { Refusal } from '../../src/kernel/refusal.ts'

/** Read each time: who puts a new one into the file need not restart Grace. */
export async function readSecret(file: string): Promise<Secret> {
  const text = (await readFile(file, 'utf8').catch(() => '')).trim()
  if (text === '')
    throw new Refusal(
      'unavailable',
      'secret_file_unreadable',
      `${file} can't be read, or is empty.`,
      'grace.yaml names it: put the secret into it, readable for Grace alone.',
    )
  return new Secret(text)
}
