// What the app sends to a response_url: five times within half an hour.
import { checkContent, contentOf, edit, post, remove, withIds } from './messages.ts'
import { whisper } from './methods/chat.ts'
import { type Fields, isTrue, Refused, type ResponseUrl, textOf } from './shapes.ts'
import type { Workspace } from './workspace.ts'

const LIFETIME_MS = 30 * 60_000
const MOST_USES = 5

/** Carries out one use and says what Slack answers. */
export function respond(w: Workspace, key: string, raw: Buffer): { status: number; answer: Fields } {
  const url = w.responseUrls.get(key)
  if (!url) return { status: 404, answer: { ok: false, error: 'invalid_url' } }
  const body = JSON.parse(raw.toString() || '{}') as Fields
  const { status, answer } = use(w, url, body)
  w.responses.push({ at: w.now(), user: url.user, channel: url.channel, body, status })
  w.changed()
  return { status, answer }
}

function use(w: Workspace, url: ResponseUrl, body: Fields): { status: number; answer: Fields } {
  if (w.now() - url.at > LIFETIME_MS) return { status: 404, answer: { ok: false, error: 'expired_url' } }
  if (url.uses >= MOST_USES) return { status: 404, answer: { ok: false, error: 'used_url' } }
  url.uses += 1
  try {
    apply(w, url, body)
    return { status: 200, answer: { ok: true } }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { status: 400, answer: { ok: false, error: error.error, ...error.extra } }
  }
}

function apply(w: Workspace, url: ResponseUrl, body: Fields): void {
  const original = url.ts === undefined ? undefined : w.message(url.channel, url.ts)
  const whispered = w.privates.find((one) => one.ts === url.ts && one.channel === url.channel)
  if (isTrue(body.delete_original)) {
    if (original) remove(w, original)
    if (whispered) whispered.deleted = true
    return
  }
  const content = contentOf(body)
  checkContent(w, content)
  if (isTrue(body.replace_original) && original)
    edit(w, original, content, 'response_url', w.options.bot.user)
  else if (isTrue(body.replace_original) && whispered) {
    whispered.text = content.text
    whispered.blocks = withIds(w, content.blocks)
  } else answerTo(w, url, body, 'response_url')
}

/** A new message: to the one person, or to everybody where `response_type` says so. */
export function answerTo(
  w: Workspace,
  to: { readonly user: string; readonly channel: string },
  body: Fields,
  via: 'response_url' | 'command',
): void {
  const content = contentOf(body)
  const threadTs = body.thread_ts === undefined ? undefined : textOf(body.thread_ts)
  if (body.response_type === 'in_channel')
    post(w, { ...content, channel: w.channel(to.channel), user: w.options.bot.user, via, threadTs })
  else whisper(w, to.user, to.channel, content, via, threadTs)
}
