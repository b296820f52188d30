import { lintSource } from '@secretlint/core'
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend'
import type { Finding } from './finding.ts'

/** Secrets in a file's text, by secretlint's recommended rules. Line numbers are 1-based. */
export async function findSecrets(path: string, text: string): Promise<Finding[]> {
  const result = await lintSource({
    source: { filePath: path, content: text, contentType: 'text', ext: path.slice(path.lastIndexOf('.')) },
    options: {
      maskSecrets: true,
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended }] },
    },
  })
  return result.messages.map((message) => ({
    rule: message.ruleId,
    severity: 'critical',
    path,
    line: message.loc.start.line,
    what: `a secret (${message.messageId.toLowerCase().replaceAll('_', ' ')})`,
  }))
}
