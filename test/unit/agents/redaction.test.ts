// The key never comes back, whatever it comes in.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Redaction } from '../../../adapters/agents/redaction.ts'
import { TranscriptLines } from '../../../adapters/agents/transcript.ts'

const KEY = 'sk-ant-api03-Zm9vYmFyYmF6-"q\\uux+/='
const forms = (key: string) => [
  key,
  encodeURIComponent(key),
  JSON.stringify(key).slice(1, -1),
  Buffer.from(key).toString('base64').replace(/=+$/, ''),
  Buffer.from(key).toString('base64url'),
]
const through = (key: string | undefined, parts: readonly Buffer[]): Buffer[] => {
  const redaction = new Redaction(key)
  return [...parts.map((part) => redaction.push(part)), redaction.end()]
}

describe('the key', () => {
  const key = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
    minLength: 8,
    maxLength: 60,
  })
  test('is in nothing that passes, in any of its forms and any chunks', () => {
    fc.assert(
      fc.property(
        key,
        fc.array(
          fc.oneof(
            fc.string({ maxLength: 20 }),
            fc.nat(4).map((n) => ({ form: n })),
            fc.tuple(fc.nat(4), fc.nat(60)).map(([n, length]) => ({ form: n, length })),
          ),
          { maxLength: 12 },
        ),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (secret, pieces, sizes) => {
          const text = pieces
            .map((piece) =>
              typeof piece === 'string'
                ? piece
                : forms(secret)[piece.form]!.slice(0, 'length' in piece ? piece.length : undefined),
            )
            .join('')
          const bytes = Buffer.from(text)
          const parts: Buffer[] = []
          for (let at = 0, i = 0; at < bytes.length; at += sizes[i++ % sizes.length]!)
            parts.push(bytes.subarray(at, at + sizes[i % sizes.length]!))
          const out = Buffer.concat(through(secret, parts)).toString('utf8')
          for (const form of forms(secret)) expect(out).not.toContain(form)
          // Of two forms one of which begins like the other, the shorter may be there first.
          if (/^\w+$/.test(secret))
            expect(out).toBe(Redaction.of(secret)(Buffer.concat(parts).toString('utf8')))
        },
      ),
      { numRuns: 2_000 },
    )
  })
  test('leaves everything else as it was, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 })), (parts) => {
        const all = parts.map((part) => Buffer.from(part))
        expect(Buffer.concat(through('not in there at all'.replaceAll(' ', '_'), all))).toEqual(
          Buffer.concat(all),
        )
        expect(Buffer.concat(through(undefined, all))).toEqual(Buffer.concat(all))
      }),
    )
  })
  test('is held back no longer than it could still be the key', () => {
    const redaction = new Redaction('abcdefgh')
    expect(redaction.push(Buffer.from('data: abcde')).toString()).toBe('data: ')
    expect(redaction.push(Buffer.from('x\n\n')).toString()).toBe('abcdex\n\n')
  })
})

describe('a transcript', () => {
  const lines = () => new TranscriptLines(Redaction.of(KEY))
  const read = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  test('holds neither the key nor what has the form of another secret, nor what a terminal would obey', () => {
    const transcript = lines()
    transcript.add({
      status: 200,
      question: `my key is ${KEY}, and ghp_${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6'}`,
      answer: '\u001b]0;owned\u0007red\u202e',
    })
    expect(read(transcript.end({ ended: `printed ${KEY}` }))).toEqual([
      { status: 200, question: 'my key is ‹key›, and ‹secret›', answer: 'red' },
      { ended: 'printed ‹key›' },
    ])
  })
  test('knows a secret that lies across what is left out', () => {
    const transcript = lines()
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEow1bAAKCAQEA'.repeat(100)}\n-----END RSA PRIVATE KEY-----`
    // The kept end begins in the middle of it.
    transcript.add({ question: `${'word '.repeat(8_000)}${key}${' x'.repeat(6_600)}` })
    expect(read(transcript.end({}))[0]!.question).not.toContain('MIIEow1bAAKCAQEA')
  })
  test('keeps how a long text began and how it ended', () => {
    const transcript = lines()
    transcript.add({ question: `begin ${'x'.repeat(500_000)} end` })
    const [{ question }] = read(transcript.end({})) as [{ question: string }]
    expect(question.length).toBeLessThan(17_000)
    expect(question).toMatch(/^begin x+\n… \d+ characters …\nx+ end$/)
  })
  test('is bounded, says what it left out, and always how it ended', () => {
    const transcript = lines()
    for (let i = 0; i < 400; i++) transcript.add({ question: 'word '.repeat(3_000) })
    const text = transcript.end({ ended: 'looped' })
    expect(text.length).toBeLessThan(2.2 * 1024 ** 2)
    expect(read(text).at(-1)).toEqual({ ended: 'looped', left_out: expect.any(Number) })
  })
})
