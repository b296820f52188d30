// Pictures of Discord's cards, as a person sees them: node test/pictures/discord.ts → docs/cards/discord-*.png
// On a machine without a colour emoji font, bring style sheets with fonts: --styles emoji.css,sans.css
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { chartText } from '../../adapters/chart/chart-text.ts'
import { drawChart } from '../../adapters/chart/draw.ts'
import { renderCard } from '../../adapters/discord/render.ts'
import type { Card } from '../../src/cards/card.ts'
import { riskyCard, sampleCards } from '../support/cards.ts'
import { type Files, pageOf } from './discord-page.ts'
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

async function chartOf(card: Card): Promise<{ options: Parameters<typeof renderCard>[1]; files: Files }> {
  if (card.chart.length === 0) return { options: {}, files: new Map() }
  const picture = await drawChart(card.chart, `${card.name}: measured before and after`)
  const url = `data:image/png;base64,${picture.toString('base64')}`
  return {
    options: { chart: { name: 'chart.png', text: chartText(card.chart) } },
    files: new Map([['chart.png', url]]),
  }
}

const pages = mkdtempSync(join(tmpdir(), 'grace-pictures-'))
mkdirSync(out, { recursive: true })
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--allow-file-access-from-files', '--disable-lcd-text'],
})
try {
  for (const [state, card] of Object.entries({ ...sampleCards(), risky: riskyCard() })) {
    const { options, files } = await chartOf(card)
    const path = join(pages, `${state}.html`)
    writeFileSync(path, pageOf(renderCard(card, options).components, files, styles))
    for (const { suffix, width } of SIZES) {
      const page = await browser.newPage({ viewport: { width, height: 100 } })
      await page.goto(pathToFileURL(path).href)
      await page.evaluate('document.fonts.ready')
      const picture = join(out, `discord-${state}${suffix}.png`)
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
