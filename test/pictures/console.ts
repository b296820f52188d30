// Pictures of the console, as a person sees it: node test/pictures/console.ts [--out DIR] → docs/console/*.png
// Every page of a real Grace with its demo, in both themes, on a desk and on a phone.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium, type Page } from 'playwright-core'
import { grace, newHome, startGrace } from '../support/grace.ts'
import { until } from '../support/until.ts'
import { smallPng } from './small-png.ts'

const MISSIONS = '/mission-control/autonomous/missions'
const VIEWS = [
  { suffix: '', viewport: { width: 1100, height: 800 } },
  { suffix: '-phone', viewport: { width: 390, height: 780 } },
].flatMap((view) =>
  (['light', 'dark'] as const).map((colorScheme) => ({
    ...view,
    colorScheme,
    suffix: `${colorScheme === 'dark' ? '-dark' : ''}${view.suffix}`,
  })),
)

const { values } = parseArgs({ options: { out: { type: 'string', default: 'docs/console' } } })
const out = resolve(fileURLToPath(new URL('../../', import.meta.url)), values.out)
mkdirSync(out, { recursive: true })

const home = newHome()
const running = await startGrace(home)
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
const address = (path: string) => new URL(path, running.url).href

const pages: { page: Page; suffix: string }[] = []
for (const { viewport, colorScheme, suffix } of VIEWS) {
  const context = await browser.newContext({ viewport, colorScheme })
  pages.push({ page: await context.newPage(), suffix })
}
const shoot = async (name: string, go: (page: Page) => Promise<unknown>) => {
  for (const { page, suffix } of pages) {
    await go(page)
    const path = join(out, `${name}${suffix}.png`)
    writeFileSync(path, smallPng(await page.screenshot({ fullPage: true, animations: 'disabled' })))
    // What a reader of the README sees of it first.
    if (name === 'mission' && suffix === '')
      writeFileSync(
        join(out, 'mission-top.png'),
        smallPng(await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width: 1100, height: 1560 } })),
      )
    // A page that follows a mission is in the way of its measuring.
    await page.goto('about:blank')
    process.stdout.write(`${path}\n`)
  }
}
const open = (path: string) => (page: Page) => page.goto(address(path), { waitUntil: 'load' })

interface Shown {
  phase: string
  parliament_session_id: string
  holds: string[]
  candidate: { patch: string }
}
const show = async (name: string) => (await running.api<Shown>('GET', `${MISSIONS}/${name}`)).body
const become = (name: string, phase: string) => until(async () => (await show(name)).phase === phase, 120_000)
const vote = async (name: string, ballot: string, reason: string) =>
  running.api('POST', `/api/parliament/sessions/${(await show(name)).parliament_session_id}/vote`, {
    member_id: 'you',
    vote: ballot,
    reason,
  })
const propose = async (title: string, patch: string) => {
  const { body } = await running.api<{ name: string }>('POST', MISSIONS, {
    title,
    description: 'What the playbook proposed, without what makes it work',
    rationale: 'To see whether Grace notices',
    patch,
    claims: [{ kpi: 'latency_improvement', at_least: 5 }],
  })
  return body.name
}

try {
  await shoot('sign-in', open('/sign-in'))
  for (const { page } of pages) {
    await page.goto((await grace(home, ['console'])).trim())
    await page.locator('h1', { hasText: 'Missions' }).waitFor()
    await page.goto('about:blank')
  }
  await become('M-1', 'discussion')
  // Where the machine was busy, it is measured again.
  for (let more = 3; (await show('M-1')).holds.length > 0 && more > 0; more--) {
    await running.api('POST', `${MISSIONS}/M-1/retry`)
    await become('M-1', 'discussion')
  }
  await shoot('mission', open('/missions/M-1'))
  await running.api('POST', `${MISSIONS}/M-1/retry`)
  await become('M-1', 'sandbox_testing')
  await shoot('mission-again', open('/missions/M-1'))
  await become('M-1', 'discussion')
  const { patch } = (await show('M-1')).candidate
  await vote('M-1', 'approve', 'The index is right, and it can be taken back')
  await running.saw(/📊 Live/)
  await shoot('mission-live', open('/missions/M-1'))
  await become('M-1', 'complete')
  await shoot('mission-complete', open('/missions/M-1'))
  await shoot('learned', open('/learned'))
  const weak = await propose(
    'An index that nobody asks for',
    patch
      .replaceAll('002_index', '003_index')
      .replaceAll('users_email ON users (email)', 'users_email_2 ON users (name)')
      .replaceAll('users_email;', 'users_email_2;'),
  )
  await running.saw(/🧪 .*: 50 % · M-2/)
  await shoot('mission-testing', open(`/missions/${weak}`))
  await become(weak, 'discussion')
  await shoot('mission-held', open(`/missions/${weak}`))
  await shoot('missions', open('/'))
  await shoot('propose', open('/propose'))
  await shoot('propose-faults', async (page) => {
    await open('/propose')(page)
    await page.evaluate(() => {
      for (const form of document.forms) form.noValidate = true
    })
    await page.fill('#title', 'No change given')
    await page.click('main button.primary')
    await page.waitForLoadState()
  })
  await shoot('status', open('/status'))
  await shoot('queues', async (page) => {
    await open('/queues')(page)
    await page.locator('main >> text=/\\d Jobs?/').first().waitFor()
  })
} finally {
  await browser.close()
  await running.stop()
  home.remove()
}
