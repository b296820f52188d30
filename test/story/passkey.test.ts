// A high risk, approved in a real browser with a passkey: Chromium's own authenticator stands for the person's device.
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildServer, listen } from '../../adapters/http/server.ts'
import { freePort } from '../../adapters/sandbox/service.ts'
import { tokensOn } from '../../db/stores/tokens.ts'
import { passkeySiteOf } from '../../src/access/assurance.ts'
import { createSignInCode } from '../../src/access/sign-in.ts'
import { configOf } from '../../src/config/config.ts'
import { expectAccessible, hasBrowser, launchBrowser, visit } from '../support/browser.ts'
import { freshDatabase, type TestDatabase } from '../support/database.ts'
import { httpContext, httpControl } from '../support/http.ts'
import { readyMission } from '../support/ready-mission.ts'
import { type Lab, openLab } from '../support/sandbox.ts'

const SOON = { timeout: 20_000 }

describe.runIf(hasBrowser())('a high risk', () => {
  let lab: Lab
  let db: TestDatabase
  let app: FastifyInstance
  let browser: Browser
  let url: string

  beforeAll(async () => {
    lab = await openLab()
    const { repository } = lab.target({ 'a.txt': 'one\ntwo\n' })
    const port = await freePort()
    url = `http://localhost:${port}`
    const config = {
      ...configOf('passkey', {
        parliament: { members: [{ id: 'ada' }, { id: 'ben' }, { id: 'cem' }], dwell: '0s' },
        targets: { shop: { repository } },
      }),
      passkeys: passkeySiteOf(url),
    }
    db = await freshDatabase(config)
    app = await buildServer(httpContext(httpControl(db, config, lab), db), {
      allowedHosts: ['localhost'],
      logger: pino({ level: 'silent' }),
    })
    await listen(app, { host: '127.0.0.1', port })
    expect((app.server.address() as AddressInfo).port).toBe(port)
    browser = await launchBrowser()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await app?.close()
    await db?.drop()
    lab?.close()
  })

  /** Signed in, with a device that verifies the person by itself. */
  const signedIn = async (member: string): Promise<Page> => {
    const { page } = await visit(browser)
    const debug = await page.context().newCDPSession(page)
    await debug.send('WebAuthn.enable')
    await debug.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await page.goto(`${url}/sign-in#${await createSignInCode(tokensOn(db.app.db), member)}`)
    await page.locator('h1', { hasText: 'Missions' }).waitFor(SOON)
    return page
  }

  test('is approved with a passkey that the first approval makes, and the card says so', async () => {
    const ready = await readyMission(db, { votes: {}, close: false, assurance: 'passkey' })
    const [mission] = await db.superuser`select number from grace.missions where id = ${ready.mission}`
    const page = await signedIn('ada')
    await page.goto(`${url}/missions/M-${mission!.number}`)
    await expectAccessible(page, 'a vote that needs a passkey')
    await page.click('text=Approve with passkey')
    await page.locator('#votes', { hasText: 'ada: approve (passkey)' }).waitFor(SOON)
    await page.locator('.said', { hasText: 'is counted' }).waitFor(SOON)

    // The second time it is there already.
    await page.click('text=Withdraw my vote')
    await page.locator('#votes', { hasText: 'Not voted: ada' }).waitFor(SOON)
    await page.click('text=Approve with passkey')
    await page.locator('#votes', { hasText: 'ada: approve (passkey)' }).waitFor(SOON)
    expect(await db.superuser`select member from grace.passkeys`).toHaveLength(1)
    await page.context().close()
  })

  test('is not approved from another device: who has the account has not the passkey', async () => {
    const ready = await readyMission(db, { votes: {}, close: false, assurance: 'passkey' })
    const [mission] = await db.superuser`select number from grace.missions where id = ${ready.mission}`
    const page = await signedIn('ada')
    await page.goto(`${url}/missions/M-${mission!.number}`)
    await page.click('text=Approve with passkey')
    await page.locator('[data-told]', { hasText: 'Not counted' }).waitFor(SOON)
    expect(await db.superuser`select vote from grace.ballots where session = ${ready.session}`).toEqual([])
    await page.context().close()
  })
})
