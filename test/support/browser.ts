// A real browser: Debian's chromium, driven by playwright-core.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'

const PATH = '/usr/bin/chromium'
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** False where it is not installed: what needs it is left out, and says so; never in CI. */
export const hasBrowser = (): boolean => {
  if (existsSync(PATH)) return true
  if (process.env.CI === 'true')
    throw new Error('CI=true and chromium is not installed: nothing may be skipped')
  process.stdout.write('Not run here: the console in a browser (sudo apt-get install chromium)\n')
  return false
}

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: PATH,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  })

export interface Visit {
  readonly page: Page
  /** What the page said on its console and could not load: nothing, where all is well. */
  readonly troubles: string[]
  close(): Promise<void>
}

export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text())
  })
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('dialog', (dialog) => {
    troubles.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return { page, troubles, close: () => context.close() }
}

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string }[]
}

/** No violation of any rule that axe has, best practices included. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  // By the debugger, which the page's own policy does not bind.
  await page.evaluate(AXE)
  const violations = (await page.evaluate('axe.run().then((result) => result.violations)')) as Violation[]
  expect(
    violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(' ')}`),
    what,
  ).toEqual([])
}
