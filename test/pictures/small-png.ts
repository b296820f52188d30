// A screenshot as a PNG with a palette: about a third of the bytes, and nothing that an eye would miss.
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
/** So many of the most frequent colours stay exactly what they are: backgrounds and text. */
const EXACT = 64
const COLOURS = 256

/** `png` is what Chromium writes: eight bits a channel, RGB or RGBA, not interlaced. */
export function smallPng(png: Buffer): Buffer {
  const { width, height, pixels, channels } = decode(png)
  const keys = new Uint32Array(width * height)
  const counts = new Map<number, number>()
  for (let i = 0; i < keys.length; i++) {
    const at = i * channels
    const key = (pixels[at]! << 16) | (pixels[at + 1]! << 8) | pixels[at + 2]!
    keys[i] = key
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const palette = paletteOf(counts)
  const places = new Map([...counts.keys()].map((key) => [key, nearest(key, palette)]))
  const rows = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = places.get(keys[y * width + x]!)!
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap(channelsOf))),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The most frequent colours, then the most frequent of the rest where alike ones count together. */
function paletteOf(counts: ReadonlyMap<number, number>): number[] {
  const byCount = (some: Iterable<[number, number]>) =>
    [...some].sort(([, a], [, b]) => b - a).map(([key]) => key)
  const exact = byCount(counts).slice(0, EXACT)
  const alike = new Map<number, number>()
  for (const [key, count] of counts) {
    const coarse = (key & 0xf8f8f8) | 0x040404
    if (!exact.includes(key)) alike.set(coarse, (alike.get(coarse) ?? 0) + count)
  }
  return [...exact, ...byCount(alike)].slice(0, COLOURS)
}

const channelsOf = (key: number): [number, number, number] => [key >> 16, (key >> 8) & 255, key & 255]

function nearest(key: number, palette: readonly number[]): number {
  const [r, g, b] = channelsOf(key)
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (const [i, other] of palette.entries()) {
    const [r2, g2, b2] = channelsOf(other)
    const distance = (r - r2) ** 2 + (g - g2) ** 2 + (b - b2) ** 2
    if (distance < least) [best, least] = [i, distance]
  }
  return best
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

function decode(png: Buffer) {
  const data: Buffer[] = []
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)]
  const channels = png[25] === 6 ? 4 : 3
  return {
    width,
    height,
    channels,
    pixels: unfiltered(inflateSync(Buffer.concat(data)), width * channels, height, channels),
  }
}

/** PNG 1.2, chapter 6. */
function unfiltered(filtered: Buffer, stride: number, height: number, channels: number): Buffer {
  const out = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (stride + 1)]!
    for (let x = 0; x < stride; x++) {
      const left = x >= channels ? out[y * stride + x - channels]! : 0
      const up = y > 0 ? out[(y - 1) * stride + x]! : 0
      const corner = x >= channels && y > 0 ? out[(y - 1) * stride + x - channels]! : 0
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!
      out[y * stride + x] = filtered[y * (stride + 1) + 1 + x]! + guess
    }
  }
  return out
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value)) as [number, number, number]
  return a <= b && a <= c ? left : b <= c ? up : corner
}
