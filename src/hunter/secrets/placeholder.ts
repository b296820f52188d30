// What stands where a secret would stand and is none.

/** Words that people write in place of a secret, or of which readable text is made. */
const WORDS =
  /example|sample|dummy|(?<![a-z])pass(?![a-z])|fake|placeholder|redacted|masked|hidden|changeme|change[_-]?(?:me|this|it)|replace|your|todo|fixme|insert|enter|test|demo|foobar|foo|bar|baz|password|passwd|passw0rd|secret|token|apikey|api[_-]key|admin|root|user|guest|postgres|mysql|redis|mongo|default|local|development|insecure|qwerty|letmein|hunter2|correct[_-]?horse|battery|staple|welcome|monkey|dragon|sunshine|iloveyou|abcdef|123456|0123456|lorem|ipsum|some|value|string|here|none|null|undefined|true|false|not[_-]?real|invalid|junk|xxxx|\*\*\*|\.\.\.|…|----|____|<|>|junk|super|my[_-]|mock|stub|unit|spec|key/gi

/** Values that come from somewhere else, are templates, or are encrypted. */
const ELSEWHERE =
  /^(?:\$|%|@|#\{|\{[A-Za-z_]|\{\{|\{%|<%|<|\[)|\$\{|\$\(|\{\{|<%|%\(|process\.env|os\.environ|os\.getenv|getenv|\bENV\[|\benv[.(]|import\.meta|\bvar\.|\blocal\.|\bdata\.|\bmodule\.|secretKeyRef|valueFrom|\bvault:|ssm:|secretsmanager|keyvault|arn:aws|\bop:\/\/|ref\+|!Ref|!Sub|!vault|resolve:|ENC\(|ENC\[|AQICAH|v1:[A-Za-z0-9+/]|\$ANSIBLE_VAULT|\bAg[A-Z][A-Za-z0-9+/]{100,}|projects\/[\w-]+\/secrets|^file:|^\/(?:run|var|etc|mnt|opt|home|secrets)\/|^\.{0,2}\/|^~\/|^https?:\/\/[^@]*$|\\[wdsb]|\[\^?[A-Za-z0-9]-|\{\d+,?\d*\}|\bprops\.|\bthis\.|\bself\.|\bargs\.|\bconfig\.|\bsettings\.|\bctx\.|=>|\(\)|\bfunction\b|\.get\(|\.read/

/** Whether nobody could get in with it: a word, a template, a reference. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim()
  if (text.length < 6 || ELSEWHERE.test(text) || BY_HAND.test(text) || WELL_KNOWN.test(text)) return true
  if (/^(.)\1*$/.test(text) || /^(.{1,4})\1{3,}/.test(text)) return true
  if (/(.)\1{5,}/.test(text.replaceAll(/A{6,}/g, ''))) return true
  if (/^(?:abc|012|123)/i.test(text) && isSequence(text)) return true
  const without = text.replaceAll(WORDS, '')
  return without.replaceAll(/[^A-Za-z0-9]/g, '').length < Math.min(8, text.length * 0.5)
}

const isSequence = (text: string): boolean => {
  let rising = 0
  for (let i = 1; i < text.length; i++) if (text.charCodeAt(i) === text.charCodeAt(i - 1) + 1) rising++
  return rising > text.length * 0.6
}

/** Words in capitals are put there by hand. */
const BY_HAND = /YOUR|EXAMPLE|PLACEHOLDER|REDACTED|CHANGE_?ME|INSERT|REPLACE|DUMMY|SAMPLE/

/** Published with a tool, for use on one's own machine. */
const WELL_KNOWN =
  /Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq|SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c|ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80|wJalrXUtnFEMI|test test test|CRXJpFbV3FD/

/** Whether a secret is one of those that documents show, or of a machine that only oneself can reach. `around` is what was matched. */
export function isExample(secret: string, around: string): boolean {
  if (WELL_KNOWN.test(around)) return true
  if (/EXAMPLE|example(?!\.)/.test(secret) && !secret.includes('://')) return true
  const password = /:\/\/[^\s:/@]*:([^\s/@]+)@([\w.-]+)/.exec(around)
  if (password)
    return (
      isPlaceholder(password[1]!) ||
      (/^(?:localhost|127\.|db$|postgres$|mysql$|redis$|host)/.test(password[2]!) &&
        !/\d.*[a-z].*[A-Z]|[A-Z].*\d/.test(password[1]!))
    )
  const body = secret.replace(/^(?:[a-z]{2,8}[_-])+/i, '')
  return isPlaceholder(body) || /x{6,}|0{8,}|\bYOUR\b|\.\.\.|(?:1234567890|abcdefghij)/i.test(secret)
}

/** Bits for each character, as Shannon counts them. */
export function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const c of text) counts.set(c, (counts.get(c) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/** Text that nobody would think of: many kinds of characters, in no order that words have. */
export function looksRandom(value: string): boolean {
  const text = value.trim()
  if (text.length < 8 || /\s/.test(text)) return false
  if (/^[0-9a-f]{16,}$/i.test(text)) return entropy(text) > 2.8
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(text)).length
  if (kinds < 2) return false
  // Words have long runs of small letters with vowels among them, and hyphens between.
  const wordy =
    text
      .match(/[a-z]*[aeiouy][a-z]*/g)
      ?.filter((word) => word.length >= 5)
      .join('').length ?? 0
  if (wordy > text.length * (text.length < 40 ? 0.5 : 0.7)) return false
  const changes = [...text].filter((c, i) => i > 0 && kindOf(c) !== kindOf(text[i - 1]!)).length
  return entropy(text) >= (text.length < 12 ? 2.7 : 3) && changes >= text.length * 0.2
}

const kindOf = (c: string): number => (/[a-z]/.test(c) ? 0 : /[A-Z]/.test(c) ? 1 : /\d/.test(c) ? 2 : 3)
