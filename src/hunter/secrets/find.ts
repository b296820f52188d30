// Secrets in a text: by the forms that their issuers document, by the names that they stand under, and by secretlint's rules.
import { lintSource } from '@secretlint/core'
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend'
import type { Finding } from '../../checks/scan.ts'
import { FORMATS } from './formats.ts'
import { namedSecrets } from './named.ts'
import { isExample } from './placeholder.ts'

/** Certificates for tests come with their keys. */
const KEYS_FOR_TESTS =
  /(?:^|\/)(?:tests?|__tests__|specs?|fixtures?|testdata|examples?)\/.*\.(?:key|pem|crt|p8)$/i

/** Line numbers are 1-based. What is found is never returned itself. */
export async function findSecrets(path: string, text: string): Promise<Finding[]> {
  const found = new Map<number, string>()
  const see = (line: number, what: string) => {
    if (!found.has(line)) found.set(line, what)
  }
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length
  const whole = joined(text)
  for (const { what, pattern, certain } of FORMATS)
    for (const match of whole.matchAll(pattern))
      if (certain ? certain(match[1]!) : !isExample(match[1]!, match[0]))
        see(lineAt(Math.min(match.index, text.length)), what)
  for (const { at, what } of namedSecrets(path, text)) see(lineAt(at), `${what} written out`)
  for (const { line, what, secret } of await bySecretlint(path, text))
    if (!isExample(secret, secret)) see(line, what)
  return [...found].map(([line, what]) => ({
    rule: 'secret',
    grade: /private ?key/.test(what) && KEYS_FOR_TESTS.test(path) ? 'review' : 'block',
    path,
    line,
    what: `a secret (${what})`,
  }))
}

/** Takes `'AKIA' + 'XYZ'` together. */
const joined = (text: string): string => text.replaceAll(/["']\s*\+\s*["']/g, '')

async function bySecretlint(path: string, text: string) {
  const result = await lintSource({
    source: {
      filePath: path,
      content: text,
      contentType: 'text',
      ext: path.slice(path.lastIndexOf('.')),
    },
    options: {
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended }] },
    },
  })
  return result.messages.map((message) => ({
    line: message.loc.start.line,
    what: message.messageId.toLowerCase().replaceAll('_', ' '),
    secret: text.slice(message.range[0], message.range[1]),
  }))
}
