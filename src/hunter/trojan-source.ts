// Text that does not say what it seems to say (CVE-2021-42574, CVE-2021-42694; Unicode TR #36, #39, #55). What other scripts
// need is left alone: joiners in Persian and Hindi, marks in Hebrew, isolates that are closed, selectors behind pictures.

export interface HiddenText {
  /** 1-based. */
  readonly line: number
  readonly what: string
}

const OVERRIDES = /[\u202A-\u202E]/u
const ISOLATES = /[\u2066-\u2069]/u
const RTL = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
/** Scripts whose words need joiners and non-joiners. */
const JOINS =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Thai}]/u
const INVISIBLE =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each of them alone is looked for
  /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E007F}\u{E0100}-\u{E01EF}]/u

const name = (c: string): string => `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

/** Whether an invisible character stands where its script, or a picture, needs it. */
function belongs(c: string, i: number, line: readonly string[], { hasRtl }: Around): boolean {
  const before = line[i - 1] ?? ''
  const after = line[i + 1] ?? ''
  const code = c.codePointAt(0)!
  if (code === 0x200c || code === 0x200d)
    return (
      JOINS.test(before) ||
      (code === 0x200d &&
        /\p{Extended_Pictographic}|\uFE0F|[\u{1F3FB}-\u{1F3FF}]/u.test(before) &&
        /\p{Extended_Pictographic}/u.test(after))
    )
  if (code === 0x200e || code === 0x200f || code === 0x061c) return hasRtl
  if (code === 0xfe0e || code === 0xfe0f)
    return /[\p{Extended_Pictographic}\p{S}\p{P}\d\p{Script=Han}]/u.test(before)
      ? !/[\uFE00-\uFE0F]/u.test(after)
      : /\p{Extended_Pictographic}/u.test(after)
  if (code >= 0xfe00 && code <= 0xfe0d) return /[\p{Script=Han}\p{Sm}\p{Script=Myanmar}]/u.test(before)
  if (code >= 0xe0100 && code <= 0xe01ef)
    return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(before)
  if (code >= 0xe0020 && code <= 0xe007f) return isInTagFlag(line, i)
  if (code >= 0x180b && code <= 0x180f) return /\p{Script=Mongolian}/u.test(before) && code !== 0x180e
  if (code === 0x115f || code === 0x1160)
    return /[\u1100-\u11FF\uA960-\uA97F\uD7B0-\uD7FF]/u.test(before + after)
  if (code === 0x2800) return line.filter((one) => /[\u2801-\u28FF]/u.test(one)).length >= 2
  // Where a word may be broken; a twin of the word is looked for elsewhere.
  if (code === 0x00ad) return /\p{L}/u.test(before) && /\p{L}/u.test(after)
  return false
}

/** 🏴 and the letters of a region, closed by a cancel tag (UTS #51). */
function isInTagFlag(line: readonly string[], i: number): boolean {
  let start = i
  while (start > 0 && /[\u{E0020}-\u{E007F}]/u.test(line[start]!)) start--
  let end = i
  while (end < line.length - 1 && line[end] !== '\u{E007F}') end++
  return line[start] === '\u{1F3F4}' && line[end] === '\u{E007F}' && end - start <= 8
}

/** Every isolate is closed on its line, and holds nothing but words or the name of a placeholder. */
function isolatesAreSound(text: string): boolean {
  const rest = text.replaceAll(/[\u2066-\u2068][^\u2066-\u2069"'`;=*/\\]{0,80}\u2069/gu, '')
  return !ISOLATES.test(rest)
}

// Letters that look like Latin ones (Unicode confusables, the strong ones).
const PAIRS =
  'аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwѵvӏlгrкkпnтtвbмmнhАAВBЕEЗ3КKМMНHОOРPСCТTУYХXІIЈJЅSԌGѴVҮYӀI' +
  'οoνvρpαaιiκkτtυuχxγyΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX' +
  'օoսuհhցgոnԼLՕOՏS'
const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  [...PAIRS.matchAll(/(.)(.)/gu)].map((pair) => [pair[1]!, pair[2]!]),
)
const skeleton = (word: string): string => [...word].map((c) => LOOKALIKES.get(c) ?? c).join('')
const OTHER_LETTER =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u
const WORD = /[\p{L}\p{M}\p{N}_]+/gu

/** A word of two alphabets, or one in another alphabet that looks like one that is there as well. */
function lookalike(word: string, ascii: ReadonlySet<string>): string | undefined {
  if (!OTHER_LETTER.test(word)) return undefined
  const others = [...word].filter((c) => OTHER_LETTER.test(c))
  const latin = [...word].filter((c) => /\p{Script=Latin}/u.test(c))
  if (latin.length === 0) {
    const same = skeleton(word)
    return word.length >= 3 && /^[\x21-\x7e]+$/.test(same) && ascii.has(same)
      ? `“${word}” is not “${same}”`
      : undefined
  }
  const alike = others.filter((c) => LOOKALIKES.has(c))
  if (alike.length === 0 && !others.some((c) => /\p{Script=Cyrillic}/u.test(c))) return undefined
  // A quantity: one Greek letter and an index.
  if (/^\p{Script=Greek}_?[a-z0-9]{0,2}$/iu.test(word) || /^[a-zA-Z]{1,2}_?\p{Script=Greek}$/u.test(word))
    return undefined
  // A word of another language in a Latin name: user_имя, getДанные.
  const runs = word.split('_').filter((part) => OTHER_LETTER.test(part) && /\p{Script=Latin}/u.test(part))
  if (runs.length === 0) return undefined
  return `“${word}” mixes alphabets`
}

const isQuoted = (line: string, at: number): boolean =>
  ((line.slice(0, at).match(/(?<!\\)["'`]/g)?.length ?? 0) & 1) === 1
const isComment = (line: string, at: number): boolean => /(?:^|\s)(?:#|\/\/|\*|--)/.test(line.slice(0, at))
const isProse = (path: string): boolean => /\.(?:md|mdx|txt|rst|adoc|html?|po|strings)$/i.test(path)

/** Lines that hide something, each with the first thing that it hides. */
export function hiddenText(path: string, source: string): HiddenText[] {
  const text = source.replace(/^\uFEFF/, '')
  const found: HiddenText[] = []
  const parts = new Set(text.match(/[A-Za-z0-9_]+/g) ?? [])
  const around: Around = { parts, source: text, hasRtl: RTL.test(text) }
  text.split('\n').forEach((raw, index) => {
    const what = hiddenIn(raw.replace(/\r$/, ''), path, around)
    if (what !== undefined) found.push({ line: index + 1, what })
  })
  return found
}

interface Around {
  readonly parts: ReadonlySet<string>
  readonly source: string
  readonly hasRtl: boolean
}

function hiddenIn(line: string, path: string, around: Around): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const control = /\r(?!\n)|\u001B|[\u2028\u2029]/.exec(line)
  if (control)
    return control[0] === '\u001B' ? 'a raw escape sequence for terminals' : 'a hidden end of a line'
  if (/\.java$/i.test(path) && /\/\/.*\\u000[ad]/i.test(line)) return 'an escaped end of a line in a comment'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII needs no second look
  if (/^[\x00-\x7f]*$/.test(line)) return undefined
  if (OVERRIDES.test(line)) return 'characters that change the direction of text'
  if (ISOLATES.test(line) && !isolatesAreSound(line))
    return 'characters that change the direction of text and are not closed'
  const characters = [...line]
  const odd = characters.find(
    (c, i) => INVISIBLE.test(c) && !ISOLATES.test(c) && !belongs(c, i, characters, around),
  )
  if (odd) return `an invisible character (${name(odd)})`
  return twinOf(line, around) ?? alphabets(line, around) ?? punctuation(line, path) ?? compatible(line, path)
}

/** A word with a soft hyphen, of which the same without one is there, too. */
function twinOf(line: string, { source }: Around): string | undefined {
  for (const [word] of line.matchAll(/[\p{L}\p{N}_]*\u00AD[\p{L}\p{N}_\u00AD]*/gu)) {
    const bare = word.replaceAll('\u00AD', '')
    if (new RegExp(`(?<![\\p{L}\\u00AD])${bare}(?![\\p{L}\\u00AD])`, 'u').test(source))
      return `“${bare}” with an invisible hyphen beside one without`
  }
  return undefined
}

function alphabets(line: string, { parts }: Around): string | undefined {
  // Ranges of letters in a pattern stand beside each other without being words.
  const words = line.replaceAll(/\p{L}-\p{L}/gu, ' ').match(WORD) ?? []
  for (const word of words) {
    const problem = lookalike(word, parts)
    if (problem) return problem
  }
  // A host or a package whose name is in one alphabet and its ending in another.
  for (const [host] of line.matchAll(/[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu)) {
    const labels = host.split('.')
    const foreign = labels.find(
      (label) => OTHER_LETTER.test(label) && /^[\x21-\x7e]+$/.test(skeleton(label)) && label.length >= 3,
    )
    if (foreign && labels.some((label) => /^[a-z]{2,}$/i.test(label))) return `“${host}” mixes alphabets`
  }
  return undefined
}

const QUOTE_LIKE = /[\u02B9-\u02BD\u02EE\u2018-\u201F\u2032\u2033\u2035\u2036\uFF02\uFF07]/u

function punctuation(line: string, path: string): string | undefined {
  if (isProse(path)) return undefined
  if (line.includes('\u037E') && !/[\p{Script=Greek}]/u.test(line.replaceAll('\u037E', '')))
    return 'a Greek question mark that looks like a semicolon'
  if (/[\w.]\s*\u01C3\s*=|\u01C3=/u.test(line) || /[\w)]\u01C3(?=\W)/u.test(line))
    return 'a letter that looks like an exclamation mark'
  const slash = /[a-z0-9.-]+\.[a-z]{2,}[\u2044\u2215\u29F8\uFF0F]/iu.exec(line)
  if (slash) return 'a character that looks like a slash in an address'
  if (
    /^\s*[\u00A0\u2000-\u200A\u202F\u205F\u3000]+\s*\S/u.test(line) &&
    /\.(?:sh|bash|zsh)$|(?:^|\/)(?:Makefile|Dockerfile)/i.test(path)
  )
    return 'a blank that is no blank to a shell'
  if (
    /\u00A0/.test(line) &&
    /\.(?:sh|bash|zsh)$/i.test(path) &&
    !isQuoted(line, line.indexOf('\u00A0')) &&
    !isComment(line, line.indexOf('\u00A0'))
  )
    return 'a blank that is no blank to a shell'
  const quote = QUOTE_LIKE.exec(line)
  // Where a string would end: followed by an operator of the language.
  if (
    quote &&
    /^[\u02B9\u02BA\u02EE\uFF02\uFF07\u2033\u2036]/u.test(quote[0]) &&
    /^.\s*(?:[)\]};,:=+&|#]|and\b|or\b)/u.test(line.slice(quote.index))
  )
    return 'a character that looks like a quotation mark'
  return undefined
}

/** Names that a language reads as their plain form (NFKC), written so that nobody finds them. */
function compatible(line: string, path: string): string | undefined {
  if (!/\.(?:pyw?|[cm]?[jt]sx?|go|rs|java|cs|rb)$/i.test(path)) return undefined
  for (const match of line.matchAll(WORD)) {
    const plain = match[0].normalize('NFKC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII
    if (plain === match[0] || !/^[\x00-\x7f]+$/.test(plain) || plain.length < 2) continue
    if (!isQuoted(line, match.index) && !isComment(line, match.index))
      return `“${plain}” in letters that are not those of the keyboard`
  }
  return undefined
}
