// Secrets that are known by the name that they stand under.
import { isPlaceholder, looksRandom } from './placeholder.ts'

export interface Sighting {
  readonly what: string
  /** Offset in the text. */
  readonly at: number
}

const NAME = String.raw`[\w.$:-]*(?:pass(?:word|wd|phrase)?|pwd|secret|token|credential|api[_-]?key|access[_-]?key|auth[_-]?key|app[_-]?key|account[_-]?key|license[_-]?key|private[_-]?key|sign(?:ing)?[_-]?key|encrypt(?:ion)?[_-]?key|decryption[_-]?key|validation[_-]?key|master[_-]?key|deploy[_-]?key|server[_-]?key|functions[_-]?key|fernet[_-]?key|shared[_-]?key|hmac[_-]?key|jwt[_-]?key|key[_-]?base|(?<![a-z])auth(?![a-z])|(?<=_)pat(?![a-z]))[\w-]*`
/** Names that speak of a secret and hold something else. */
const OTHER =
  /(?:field|label|name|id|url|uri|path|file|type|length|len|min|max|regex|pattern|hint|help|error|message|prompt|policy|rule|format|header|param|count|limit|expir\w*|ttl|age|hash|digest|checksum|fingerprint|public|provider|scope|endpoint|issuer|placeholder|title|text|selector|class|input|ref|arn|version|style|enabled|required|prefix|suffix|kind|algorithm|strength|ed|ized|or|ization|ur[il])$/i
const PUBLIC =
  /publish|public|anon[_-]?key|client[_-]?id|site[_-]?key|recaptcha|cache|sort|primary|foreign|partition|idempotency|csrf|xsrf|nonce|cursor|page[_-]?token|next[_-]?token|tokeniz|encrypted|sealed|integrity|test[_-]?id/i

const QUOTED = new RegExp(
  String.raw`(${NAME})["'\] \t)]*[ \t]*(?::=|=>|==?|:|,|\()[ \t]*(?:&str\s*=\s*|string\s*=\s*|String\s*=\s*|b64decode\(|[\w.]*\([ \t]*)?[rbuf@$]{0,2}(["'\x60])([^"'\x60\n]{6,400})\2`,
  'gi',
)
const BARE = new RegExp(
  String.raw`^[ \t]*(?:export\s+|set\s+|-\s+|ENV\s+|ARG\s+|\$env:|:)?["']?(${NAME})["']?[ \t]*(?:=|:|[ \t])[ \t]*["']?([^\s"'#,;]{6,400})["']?[ \t]*(?:\\|#.*|;|,)?[ \t]*$`,
  'gim',
)
/** `TOKEN=x command` */
const BEFORE_A_COMMAND = /\b([A-Z_]*(?:API_KEY|TOKEN|SECRET|PASSWORD))=["']?([^\s"']{8,})["']?[ \t]+\w/g
/** More places, each with the secret as its first group. */
const PLACES: readonly [RegExp, string][] = [
  [/<(?:\w+:)?(?:password|passwd|passphrase|secret|token|apiKey|api-key)>([^<\s]{6,})</gi, 'password'],
  [
    /(?:name|key)=["'][\w.:-]*(?:password|passwd|secret|token|apikey)[\w.:-]*["']\s+value=["']([^"']{6,})["']/gi,
    'password',
  ],
  [/\b(?:Password|Pwd|AccountKey|SharedAccessKey)=([^;"'\s]{6,})/gi, 'password'],
  [/\bIDENTIFIED\s+(?:WITH\s+\S+\s+)?BY\s+'([^']{6,})'/gi, 'password'],
  [/\bPASSWORD\s+'([^']{6,})'/gi, 'password'],
  [/\bsshpass\s+-p\s*["']?([^\s"']{6,})/g, 'password'],
  [/\bcurl\b[^\n]*\s(?:-u|--user)[ =]["']?[^\s:"']+:([^\s"']{6,})/g, 'password'],
  [/\b(?:mysql|mysqldump|mariadb)\b[^\n]*\s-p([^\s"']{6,})/g, 'password'],
  [/\bPGPASSWORD=["']?([^\s"']{6,})/g, 'password'],
  [/\bmachine\s+\S+\s+login\s+\S+\s+password\s+(\S{6,})/g, 'password'],
  [/^[\w.*-]+:(?:\d+|\*):[\w*-]+:[\w*-]+:(\S{6,})$/gm, 'password'],
  [/\{(?:PLAIN|CLEARTEXT)\}(\S{6,})/g, 'password'],
  [
    /[?&\s](?:api_?key|access_token|client_secret|auth_token|token|secret|password|apikey|appid)=([^&\s"'\x60<>]{8,})/gi,
    'token in an address',
  ],
  [
    /\bauthorization["']?\]?\s*[:=,]?\s*["'\x60]?(?:Bearer|Basic|token|ApiKey|Digest)\s+([\w+/=.~-]{12,})/gi,
    'authorization',
  ],
  [/\b[xX]-[\w-]*(?:key|token|auth|secret)["']?\s*[:=]\s*["']?([\w+/=.~-]{12,})/gi, 'authorization'],
  [/ConvertTo-SecureString\s+(?:-String\s+)?["']([^"']{6,})["']/gi, 'password'],
  [
    /\b(?:fill|type|send_keys|sendKeys)\([^)]*(?:pass(?:word)?|secret|token)[^)]*,\s*["']([^"']{6,})["']/gi,
    'password',
  ],
  [/\b(?:token|password|secret|api key|apikey|login)\b[^\n\x60]{0,60}\x60([^\x60\s]{10,})\x60/gi, 'password'],
  [/\x60[\w@.-]+\x60\s*\/\s*\x60([^\x60\s]{8,})\x60/g, 'password'],
  [/\bmnemonic\b["']?\s*[:=]\s*["']((?:[a-z]{3,8} ){11,23}[a-z]{3,8})["']/gi, 'seed phrase'],
  [
    /\b(?:accounts|private_?keys?|pk)\b["']?\s*[:=]\s*\[?\s*["'](0x[0-9a-f]{64}|[0-9a-f]{64})["']/gi,
    'private key',
  ],
  [/\bPrivateKey\s*=\s*([A-Za-z0-9+/]{43}=)/g, 'private key'],
  [/\bPresharedKey\s*=\s*([A-Za-z0-9+/]{43}=)/g, 'private key'],
  [
    /\bkey\b\s*[:=]\s*(?:Buffer\.from\(|bytes\.fromhex\(|hex\(|unhexlify\()?\s*["'\x60]([0-9a-f]{64}|[0-9a-f]{32})["'\x60]/gi,
    'key',
  ],
  [/"auth"\s*:\s*"([A-Za-z0-9+/]{16,}={0,2})"/g, 'password'],
  [/\b(?:Client|Credential|Authenticator)\w*\((?:[^()]*,)?\s*["']([\w~.-]{32,})["']\s*\)/g, 'secret'],
]

const isUuid = (text: string): boolean => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)
const GIVES_ACCESS = /(?:api[_-]?(?:key|token)|secret|_token|license[_-]?key|access[_-]?(?:key|token))$/i

function isSecret(name: string, value: string): boolean {
  const last = name.replaceAll(/["'\]\s]/g, '')
  if (OTHER.test(last) || PUBLIC.test(last)) return false
  // A line of /etc/passwd, a public key; of an address only its password is one, and that has a form of its own.
  if (isPlaceholder(value) || /^\w+:[x*!]?:\d+:\d+:|^pk[._]|^[a-z][a-z+.-]*:\/\//i.test(value)) return false
  if (isUuid(value)) return GIVES_ACCESS.test(last)
  // Made of words and dots, as names and paths are.
  if (/^[a-z]+(?:[._/:-][a-z]+)*$/i.test(value) && !/[a-z][A-Z][a-z]?[A-Z].*[a-z][A-Z]/.test(value))
    return false
  return looksRandom(value)
}

/** Languages in which text without quotation marks is a name. */
const QUOTES_TEXT =
  /\.(?:pyi?|[cm]?[jt]sx?|go|rb|rs|java|kts?|cs|php|swift|scala|c|cc|cpp|h|hpp|lua|exs?|vue|svelte)$/i

/** Each place once. */
export function namedSecrets(path: string, text: string): Sighting[] {
  const found = new Map<number, string>()
  for (const match of text.matchAll(QUOTED))
    if (isSecret(match[1]!, match[3]!)) found.set(match.index, wordOf(match[1]!))
  if (!QUOTES_TEXT.test(path))
    for (const match of text.matchAll(BARE))
      if (isSecret(match[1]!, match[2]!)) found.set(match.index + match[0].search(/\S/), wordOf(match[1]!))
  for (const match of text.matchAll(BEFORE_A_COMMAND))
    if (isSecret(match[1]!, match[2]!)) found.set(match.index, wordOf(match[1]!))
  for (const [pattern, what] of PLACES)
    for (const match of text.matchAll(pattern)) {
      const value = match[1]!
      if (what === 'authorization' && isPlaceholder(passwordIn(value))) continue
      const isFine =
        what === 'seed phrase'
          ? !/\b(?:test|abandon|junk)\b/.test(value)
          : !isPlaceholder(value) && (looksRandom(value) || (what === 'private key' && value.length > 40))
      if (isFine) found.set(match.index, what)
    }
  return [...found].map(([at, what]) => ({ at, what }))
}

/** Of `user:password` in base64, as Basic authentication has it; else the value itself. */
function passwordIn(value: string): string {
  const text = Buffer.from(value, 'base64').toString('latin1')
  return /^[\x21-\x7e]+:[\x21-\x7e]+$/.test(text) ? text.slice(text.indexOf(':') + 1) : value
}

const wordOf = (name: string): string =>
  /pass\w*|pwd|secret|token|key|credential|auth/i.exec(name)?.[0].toLowerCase() ?? 'secret'
