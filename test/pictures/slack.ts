// Pictures of Slack's cards, as a person sees them: node test/pictures/slack.ts → docs/cards/slack-*.png
// A small, faithful HTML of the classic blocks that are sent. On a machine without a colour emoji font, bring style
// sheets with fonts: --styles emoji.css,sans.css
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { types } from '@slack/bolt'
import { chromium } from 'playwright-core'
import { drawChart } from '../../adapters/chart/draw.ts'
import { renderCard } from '../../adapters/slack/render.ts'
import { riskyCard, sampleCards } from '../support/cards.ts'
import { smallPng } from './small-png.ts'

const SIZES = [
  { suffix: '', width: 900 },
  { suffix: '-phone', width: 420 },
]
/** Bytes of a picture in the repository. */
const LARGEST = 120_000

const { values } = parseArgs({
  options: { styles: { type: 'string' }, out: { type: 'string', default: 'docs/cards' } },
})
const out = resolve(fileURLToPath(new URL('../../', import.meta.url)), values.out)
const styles = (values.styles?.split(',') ?? []).map((path) => pathToFileURL(resolve(path)).href)

const html = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const DATE = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' })
const TIME = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' })

/** What Slack makes of mrkdwn that has its entities already. */
function mrkdwn(text: string): string {
  const inline = (part: string) =>
    part
      .replace(/<!date\^(\d+)\^[^|>]*\|[^>]*>/g, (_, unix: string) => {
        const date = new Date(Number(unix) * 1000)
        return `${DATE.format(date)} ${TIME.format(date)}`
      })
      .replace(/<(https?:[^|>]+)\|([^>]+)>/g, '<a href="$1">$2</a>')
      .replace(/(^|[\s(])\*(?=\S)([^*\n]+?)\*(?![\p{L}\p{N}])/gu, '$1<b>$2</b>')
      .replace(/(^|[\s(])_(?=\S)([^_\n]+?)_(?![\p{L}\p{N}])/gu, '$1<i>$2</i>')
      .replaceAll('\n', '<br>')
  return text
    .split('```')
    .map((part, i) => (i % 2 === 1 ? `<pre>${part.replace(/^\n|\n$/g, '')}</pre>` : inline(part)))
    .join('')
}

const textOf = (text: types.TextObject): string =>
  text.type === 'mrkdwn' ? mrkdwn(text.text) : html(text.text)

function blockOf(block: types.KnownBlock, picture: string): string {
  switch (block.type) {
    case 'header':
      return `<h2>${textOf(block.text)}</h2>`
    case 'section':
      return `<div class=section>${block.text ? textOf(block.text) : ''}</div>`
    case 'context':
      return `<div class=context>${block.elements.map((one) => (one.type === 'image' ? '' : `<span>${textOf(one)}</span>`)).join('')}</div>`
    case 'divider':
      return '<hr>'
    case 'image':
      return `<img alt="${html(block.alt_text)}" src="${picture}">`
    case 'actions':
      return `<div class=actions>${block.elements
        .map((one) =>
          one.type === 'button' ? `<button class="${one.style ?? ''}">${textOf(one.text)}</button>` : '',
        )
        .join('')}</div>`
    default:
      throw new Error(`no picture of a ${block.type}`)
  }
}

const STYLE = `
* { box-sizing: border-box }
body { margin: 0; background: #fff; color: #1d1c1d; font: 15px/1.46668 Lato, 'Noto Sans', 'Noto Color Emoji', 'DejaVu Sans', sans-serif }
main { display: grid; grid-template-columns: 36px minmax(0, 1fr); gap: 8px; padding: 14px 16px 16px }
.face { width: 36px; height: 36px; border-radius: 6px; background: #4a154b; color: #fff; font-weight: 900; display: grid; place-items: center }
.from { font-weight: 900 } .from i { font: 400 10px sans-serif; background: #e8e8e8; border-radius: 2px; padding: 1px 3px; color: #616061; vertical-align: 2px }
.from span { font-weight: 400; font-size: 12px; color: #616061; margin-left: 4px }
.message { max-width: 600px }
h2 { font-size: 18px; line-height: 1.33; margin: 10px 0 4px; font-weight: 900; overflow-wrap: anywhere }
.section { margin: 6px 0; overflow-wrap: anywhere }
.context { margin: 4px 0; font-size: 13px; line-height: 1.38463; color: #616061; overflow-wrap: anywhere }
pre { margin: 4px 0; padding: 8px; border: 1px solid #ddd; border-radius: 4px; background: #f8f8f8; font: 12px/1.50001 Monaco, Menlo, Consolas, 'Noto Sans Mono', 'DejaVu Sans Mono', monospace; white-space: pre-wrap; overflow-wrap: anywhere }
hr { border: 0; border-top: 1px solid #ddd; margin: 12px 0 }
img { display: block; max-width: min(100%, 435px); border-radius: 8px; border: 1px solid #ddd; margin: 8px 0 }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 2px }
button { font: 700 13px/1 Lato, 'Noto Sans', 'DejaVu Sans', sans-serif; height: 28px; padding: 0 10px; border: 1px solid #1d1c1d4d; border-radius: 4px; background: #fff; color: #1d1c1d }
button.primary { background: #007a5a; border-color: #007a5a; color: #fff } button.danger { background: #e01e5a; border-color: #e01e5a; color: #fff }
a { color: #1264a3; text-decoration: none } b { font-weight: 900 }
`

const pageOf = (blocks: readonly types.KnownBlock[], picture: string): string =>
  `<!doctype html><meta charset=utf-8><title>Slack</title>
${styles.map((href) => `<link rel=stylesheet href="${html(href)}">`).join('\n')}
<style>${STYLE}</style>
<main><div class=face>G</div><div class=message><div class=from>Grace <i>APP</i> <span>4:12 PM</span></div>
${blocks.map((block) => blockOf(block, picture)).join('\n')}
</div></main>`

const pages = mkdtempSync(join(tmpdir(), 'grace-pictures-'))
mkdirSync(out, { recursive: true })
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--allow-file-access-from-files', '--disable-lcd-text'],
})
try {
  for (const [state, card] of Object.entries({ ...sampleCards(), risky: riskyCard() })) {
    const png =
      card.chart.length > 0
        ? await drawChart(card.chart, `${card.name}: measured before and after`)
        : undefined
    const { blocks } = renderCard(card, {
      ...(png ? { chartFileId: 'F1' } : {}),
      where: 'https://grace.example/',
    })
    const path = join(pages, `${state}.html`)
    writeFileSync(path, pageOf(blocks, png ? `data:image/png;base64,${png.toString('base64')}` : ''))
    for (const { suffix, width } of SIZES) {
      const page = await browser.newPage({ viewport: { width, height: 100 } })
      await page.goto(pathToFileURL(path).href)
      await page.evaluate('document.fonts.ready')
      const picture = join(out, `slack-${state}${suffix}.png`)
      const bytes = smallPng(await page.screenshot({ fullPage: true }))
      writeFileSync(picture, bytes)
      await page.close()
      console.log(`${picture} ${bytes.length} bytes`)
      if (bytes.length > LARGEST) process.exitCode = 1
    }
  }
} finally {
  await browser.close()
  rmSync(pages, { recursive: true })
}
