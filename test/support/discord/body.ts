// Reads the body of a call: JSON, or multipart with `payload_json` and `files[n]`.
import type { IncomingMessage } from 'node:http'
import { DiscordError, refused } from './errors.ts'
import type { IncomingFile, Json } from './types.ts'

const MAX_REQUEST = 25 << 20
const MAX_FILE = 10 << 20

export interface Body {
  json: Json | Json[] | undefined
  files: IncomingFile[]
}

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export async function parseBody(contentType: string, bytes: Buffer): Promise<Body> {
  if (bytes.length > MAX_REQUEST) throw refused('tooLarge')
  if (bytes.length === 0) return { json: undefined, files: [] }
  if (!contentType.startsWith('multipart/form-data')) return { json: parse(bytes.toString()), files: [] }
  const response = new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } })
  const form = await response.formData().catch(() => {
    throw new DiscordError(400, 50035, 'Invalid Form Body')
  })
  const files: IncomingFile[] = []
  let json: Body['json'] = {}
  for (const [key, value] of form) {
    if (key === 'payload_json' && typeof value === 'string') json = parse(value)
    const index = /^files\[(\d+)\]$/.exec(key)?.[1]
    if (index === undefined || typeof value === 'string') continue
    if (value.size > MAX_FILE) throw refused('tooLarge')
    files.push({ index: Number(index), name: value.name, type: value.type, bytes: await value.bytes() })
  }
  return { json, files }
}

function parse(text: string): Json | Json[] {
  try {
    return JSON.parse(text)
  } catch {
    throw refused('invalidJson')
  }
}
