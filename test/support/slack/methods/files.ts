import { contentOf, post } from '../messages.ts'
import { type Fields, listOf, Refused, textOf, type UploadedFile } from '../shapes.ts'
import type { Workspace } from '../workspace.ts'
import { type Method, writableOf } from './method.ts'

const MIMETYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
}

/** The three steps of an upload; `processingMs` is how long Slack looks at a file before it can be shown. */
export const filesWith = (processingMs: () => number): Readonly<Record<string, Method>> => ({
  'files.getUploadURLExternal': (w, args) => {
    const length = Number(args.length)
    if (!args.filename || !(length > 0)) throw new Refused('invalid_arguments')
    const id = w.id('F')
    const name = textOf(args.filename)
    const altText = args.alt_text === undefined ? undefined : textOf(args.alt_text)
    w.files.set(id, {
      id,
      name,
      length,
      altText,
      title: name,
      bytes: undefined,
      completed: false,
      readyAt: Infinity,
      shares: [],
    })
    return { file_id: id, upload_url: `${w.origin}upload/${id}` }
  },

  'files.completeUploadExternal': (w, args) => {
    const wanted = listOf(args.files)
    const found = wanted.map(({ id }) => w.files.get(textOf(id)))
    if (!found.length || found.some((file) => file?.bytes === undefined)) throw new Refused('file_not_found')
    const channel = args.channel_id === undefined ? undefined : writableOf(w, args.channel_id)
    const done = found.filter((file) => file !== undefined)
    done.forEach((file, i) => {
      file.title = textOf(wanted[i]?.title) || file.name
      file.completed = true
      file.readyAt = w.now() + processingMs()
    })
    if (channel) {
      const threadTs = args.thread_ts === undefined ? undefined : textOf(args.thread_ts)
      const { message } = post(w, {
        ...contentOf({ text: args.initial_comment, blocks: args.blocks }),
        channel,
        user: w.options.bot.user,
        via: 'files',
        threadTs,
        subtype: 'file_share',
        files: done.map((file) => file.id),
      })
      for (const file of done) file.shares.push({ channel: channel.id, ts: message.ts, threadTs })
    }
    w.changed()
    return { files: done.map((file) => fileJson(w, file)) }
  },

  'files.info': (w, args) => {
    const file = w.files.get(textOf(args.file))
    if (!file?.completed) throw new Refused('file_not_found')
    return { file: fileJson(w, file) }
  },
})

function fileJson(w: Workspace, file: UploadedFile): Fields {
  const ready = file.readyAt <= w.now()
  const type = file.name.split('.').at(-1)?.toLowerCase() ?? ''
  const shares: Record<string, Fields[]> = {}
  for (const { channel, ts, threadTs } of file.shares) {
    shares[channel] ??= []
    shares[channel].push({ ts, ...(threadTs && { thread_ts: threadTs }) })
  }
  const base = `https://files.slack.com/files-pri/${w.options.team.id}-${file.id}`
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    user: w.options.bot.user,
    size: file.length,
    mimetype: ready ? (MIMETYPES[type] ?? 'application/octet-stream') : '',
    filetype: ready ? type : '',
    alt_txt: file.altText,
    url_private: `${base}/${file.name}`,
    permalink: `https://${w.options.team.domain}.slack.com/files/${w.options.bot.user}/${file.id}/${file.name}`,
    channels: Object.keys(shares),
    shares: { public: shares },
  }
}

/** Takes the bytes of an upload; returns the status and text that Slack would answer. */
export async function receiveUpload(
  w: Workspace,
  id: string,
  type: string | undefined,
  body: Buffer,
): Promise<{ status: number; text: string }> {
  const file = w.files.get(id)
  if (!file) return { status: 404, text: 'not found' }
  let bytes: Uint8Array = body
  if (type?.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
    const part = [...form.values()].find((value) => typeof value !== 'string')
    if (part) bytes = new Uint8Array(await part.arrayBuffer())
  }
  if (bytes.length !== file.length)
    w.warn(`${id}: ${bytes.length} bytes instead of the announced ${file.length}`)
  file.bytes = bytes
  w.changed()
  return { status: 200, text: `OK - ${bytes.length}` }
}
