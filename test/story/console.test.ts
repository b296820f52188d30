// The console in a real browser: from the printed link to a live change, by mouse and again by keyboard.
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GOOD, MORE_TESTS } from '../support/bot.ts'
import { expectAccessible, hasBrowser, launchBrowser, type Visit, visit } from '../support/browser.ts'
import { grace, type Home, newHome, type Running, startGrace } from '../support/grace.ts'
import { type SmallTarget, smallTarget } from '../support/small-target.ts'

const SOON = { timeout: 60_000 }
const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)></textarea></title>`

describe.runIf(hasBrowser())('the console', () => {
  let home: Home
  let target: SmallTarget
  let running: Running
  let browser: Browser
  const visits: Visit[] = []

  beforeAll(async () => {
    home = newHome()
    target = await smallTarget(home.path)
    running = await startGrace(home, undefined, [])
    browser = await launchBrowser()
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    await running?.stop()
    await target?.close()
    home.remove()
  })

  const visiting = async (options: Parameters<typeof visit>[1] = {}): Promise<Page> => {
    const one = await visit(browser, options)
    visits.push(one)
    return one.page
  }
  /** As the command prints it. */
  const link = async (): Promise<string> => (await grace(home, ['console'])).trim()
  const signedIn = async (options: Parameters<typeof visit>[1] = {}): Promise<Page> => {
    const page = await visiting(options)
    await page.goto(await link())
    await heading(page, 'Missions')
    return page
  }
  const heading = (page: Page, text: string) => page.locator('h1', { hasText: text }).waitFor(SOON)
  const headline = (page: Page, words: string) => page.locator('.headline', { hasText: words }).waitFor(SOON)
  const atEnd = async (page: Page, mission: string) => {
    await headline(page, 'Complete')
    await page.locator('.standing', { hasText: 'No harm seen live' }).waitFor(SOON)
    const { body } = await running.api<{ phase: string; outcome: string }>(
      'GET',
      `/mission-control/autonomous/missions/${mission}`,
    )
    expect(body).toMatchObject({ phase: 'complete', outcome: 'succeeded' })
    expect(readFileSync(target.liveFile, 'utf8').trim()).toBe(target.git('git rev-parse main'))
  }

  test('by mouse: from the printed link to complete/succeeded, without loading a page again', async () => {
    const page = await visiting()
    await page.goto(/^console: (\S+)/m.exec(running.lines.join('\n'))![1]!)
    await heading(page, 'Missions')
    expect(page.url(), 'the secret is neither in the address nor in the history').not.toContain('#')
    await expectAccessible(page, 'an empty list')

    await page.click('nav >> text=Propose')
    await heading(page, 'Propose a mission')
    await expectAccessible(page, 'the form')
    await page.fill('#title', 'The mean of nothing')
    await page.fill('#rationale', 'It was NaN')
    await page.fill('#change', 'please make it faster')
    await page.click('main button.primary')
    await page.locator('[aria-invalid]').first().waitFor(SOON)
    await expectAccessible(page, 'the form with a fault')
    await page.fill('#change', GOOD)
    await page.click('main button.primary')
    await heading(page, 'M-1')
    await expectAccessible(page, 'a mission at its beginning')

    await headline(page, 'Awaiting your vote')
    await expectAccessible(page, 'a mission under vote')
    await page.fill('#reason', 'The figures hold')
    await page.click('button[value=approve]')
    await page.locator('.said.done', { hasText: 'is counted' }).waitFor(SOON)
    await headline(page, 'Live, being watched')
    await expectAccessible(page, 'a mission that is watched')
    await atEnd(page, 'M-1')
    expect(
      await page.locator('.said.done').count(),
      'what was said stays while the page is kept up to date',
    ).toBe(1)
    await page.locator('summary', { hasText: 'signed and append-only' }).click()
    await expectAccessible(page, 'a complete mission')
    expect(await page.locator('.history').innerText()).toMatch(
      /Ada.*Voted approve \(console\): The figures hold/is,
    )
    expect(await page.locator('.votes').innerText()).toMatch(/Ada: approve/)
  })

  /** Tab by tab, as somebody without a mouse gets there. */
  const tabTo = async (page: Page, selector: string, most = 60) => {
    for (let i = 0; i < most; i++) {
      if (await page.evaluate((one) => document.activeElement?.matches(one) === true, selector)) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`${most} tabs do not lead to ${selector}`)
  }

  test('by keyboard: the same again, and what has the focus keeps it while the page changes', async () => {
    const page = await signedIn()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content')
    await tabTo(page, 'nav a[href="/propose"]')
    expect(
      await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle),
      'the focus is seen',
    ).not.toBe('none')
    await page.keyboard.press('Enter')
    await heading(page, 'Propose a mission')
    for (const [field, text] of [
      ['#title', 'More tests'],
      ['#rationale', 'Negative numbers are not tested'],
      ['#change', MORE_TESTS],
    ] as const) {
      await tabTo(page, field)
      await page.keyboard.insertText(text)
    }
    await tabTo(page, 'main button.primary')
    await page.keyboard.press('Enter')
    await heading(page, 'M-2')

    // Begins to write while it is being tested: the page changes around it.
    await tabTo(page, '#text')
    await page.keyboard.insertText('Half a sente')
    await headline(page, 'Awaiting your vote')
    await page.keyboard.insertText('nce')
    expect(await page.inputValue('#text')).toBe('Half a sentence')
    await tabTo(page, 'form[action$="/feedback"] button')
    await page.keyboard.press('Enter')
    await page.locator('.thread', { hasText: 'Half a sentence' }).waitFor(SOON)

    await tabTo(page, 'button[value=approve]')
    await page.keyboard.press('Space')
    await page.locator('.said.done', { hasText: 'is counted' }).waitFor(SOON)
    await atEnd(page, 'M-2')
  })

  test('without a script: signed in by the pasted link, a vote with its reason, and a reject without one', async () => {
    const made = await running.api<{ name: string }>('POST', '/mission-control/autonomous/missions', {
      title: HOSTILE,
      description: HOSTILE,
      rationale: HOSTILE,
      patch: GOOD.replace('? 0 :', '? 0.0 :').replace(
        '(xs) => xs.reduce(add, 0) / xs.length',
        '(xs) => (xs.length === 0 ? 0 : xs.reduce(add, 0) / xs.length)',
      ),
    })
    expect(made.status, JSON.stringify(made.body)).toBe(200)
    // Looked at below, when it has been measured: it breaks a test.
    await running.api('POST', '/mission-control/autonomous/missions', {
      title: 'The mean of all but nothing',
      rationale: 'To be held',
      patch: MORE_TESTS.replace('-1, 1), 0', '-1, 1), 1').replaceAll('more.test', 'held.test'),
    })
    const page = await visiting({ javaScriptEnabled: false })
    const address = await link()
    await page.goto(address)
    await page.fill('#code', address)
    await page.click('text=Sign in >> nth=-1')
    await heading(page, 'Missions')
    await page.selectOption('#state', 'open')
    await page.click('text=Show')
    await page.click(`a[href="/missions/${made.body.name}"]`)
    await heading(page, made.body.name)
    for (let i = 0; i < 60 && (await page.locator('button[value=reject]').count()) === 0; i++) {
      await page.waitForTimeout(500)
      await page.reload()
    }
    await page.click('button[value=reject]')
    expect(await page.locator('[role=alert]').innerText()).toMatch(/A reject needs its reason/)
    await page.fill('#reason', HOSTILE)
    await page.click('button[value=reject]')
    await page.locator('.said.done', { hasText: 'is counted' }).waitFor(SOON)
    await page.reload()
    expect(await page.locator('.headline').innerText()).toMatch(/Rejected/)
  })

  test('every page, in both themes and on a phone: accessible, nothing to scroll sideways', async () => {
    await running.saw(/Awaiting your vote.* · M-4/)
    const pages = [
      '/',
      '/missions/M-1',
      '/missions/M-3',
      '/missions/M-4',
      '/propose',
      '/learned',
      '/status',
      '/missions/M-99',
      '/?state=failed',
    ]
    // Colours depend on the theme and the layout on the width: each of them once.
    for (const look of [
      { colorScheme: 'light', viewport: { width: 1200, height: 900 } },
      { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
    ] as const) {
      const page = await signedIn(look)
      for (const path of pages) {
        await page.goto(new URL(path, running.url).href)
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true
        })
        const what = `${path} (${look.colorScheme}, ${look.viewport.width})`
        await expectAccessible(page, what)
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect(wide, what).toBeLessThanOrEqual(0)
      }
      await page.click('text=Sign out')
      await heading(page, 'Sign in')
      await expectAccessible(page, 'the sign-in')
    }
  }, 180_000)

  test('a link signs in where the sign-in page is open already, and only once', async () => {
    const page = await visiting()
    const address = await link()
    await page.goto(new URL('/sign-in', running.url).href)
    await page.goto(address)
    await heading(page, 'Missions')
    const again = await visiting()
    await again.goto(address)
    await again.locator('[role=alert]').waitFor(SOON)
    await expectAccessible(again, 'a link that has been used')
  })

  test('the queue dashboard is behind the same sign-in, and shows the queues', async () => {
    const page = await signedIn()
    await page.goto(new URL('/queues', running.url).href)
    await page.locator('text=sandbox').first().waitFor(SOON)
    const answer = await page.request.get(new URL('/queues/api/queues', running.url).href)
    expect(answer.status()).toBe(200)
    const nobody = await visiting()
    expect((await nobody.request.get(new URL('/queues/api/queues', running.url).href)).status()).toBe(401)
  })

  test('no page said anything on its console: nothing was blocked, nothing ran that should not', () => {
    const expected = /fonts\.googleapis\.com|status of 40[014]/
    expect(visits.flatMap(({ troubles }) => troubles).filter((one) => !expected.test(one))).toEqual([])
  })
})
