// Those who know of vulnerabilities, as they speak; and what is made of silence, of errors and of another form.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { advisoriesFrom, onlineSources } from '../../adapters/advisories/ask.ts'
import { importAdvisories, importedAdvisories } from '../../adapters/advisories/imported.ts'
import type { Package } from '../../src/checks/advisories.ts'

let server: Server
let url: string
let answers: Record<string, { status?: number; body: unknown }>
let state: string
const asked: { path: string; body: unknown }[] = []

beforeEach(async () => {
  answers = {}
  asked.length = 0
  state = mkdtempSync(join(tmpdir(), 'grace-advisories-'))
  server = createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += part
    asked.push({ path: request.url!, body: JSON.parse(text) })
    const { status = 200, body } = answers[request.url!] ?? { status: 404, body: '' }
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  rmSync(state, { recursive: true })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const NPM = '/-/npm/v1/security/advisories/bulk'
const OSV = '/v1/querybatch'
const lodash: Package = { ecosystem: 'npm', name: 'lodash', version: '4.17.15' }
const flask: Package = { ecosystem: 'PyPI', name: 'flask', version: '0.12' }
const ask = (...packages: Package[]) =>
  advisoriesFrom([...onlineSources({ npm: url, osv: url }), importedAdvisories(state)]).of(packages)
const advisory = {
  id: 1,
  title: 'Prototype pollution',
  severity: 'high',
  vulnerable_versions: '<4.17.19',
  url: 'https://github.com/advisories/GHSA-p6mc-m468-83gw',
}

test('the npm registry knows of a version, and of another it does not', async () => {
  answers[NPM] = { body: { lodash: [advisory] } }
  expect(await ask(lodash)).toEqual({
    answered: true,
    source: 'the npm registry',
    found: [{ id: 'GHSA-p6mc-m468-83gw', of: lodash, title: 'Prototype pollution', severity: 'high' }],
  })
  expect(asked[0]).toEqual({ path: NPM, body: { lodash: ['4.17.15'] } })
  expect(await ask({ ...lodash, version: '4.17.21' })).toMatchObject({ answered: true, found: [] })
})

test('OSV is asked where the registry does not answer, and for what is no npm package', async () => {
  answers[NPM] = { status: 503, body: '' }
  answers[OSV] = { body: { results: [{ vulns: [{ id: 'GHSA-x' }] }, {}] } }
  expect(await ask(lodash, flask)).toMatchObject({
    answered: true,
    source: 'OSV',
    found: [{ id: 'GHSA-x', of: lodash }],
  })
})

test.each([
  ['an error', { status: 500, body: '' }],
  ['no JSON', { body: 'nope' }],
  ['another form', { body: { results: 'none' } }],
  ['fewer answers than questions', { body: { results: [] } }],
])('%s is no answer: not checked', async (_what, answer) => {
  answers[NPM] = { status: 500, body: '' }
  answers[OSV] = answer
  const said = await ask(lodash)
  expect(said.answered).toBe(false)
})

test('what was imported is asked last: ranges, single versions, another ecosystem, what was withdrawn', async () => {
  const file = join(state, 'osv.json')
  const range = (events: object[]) => [{ type: 'SEMVER', events }]
  writeFileSync(
    file,
    JSON.stringify([
      {
        id: 'A',
        affected: [
          {
            package: { ecosystem: 'npm', name: 'lodash' },
            ranges: range([{ introduced: '0' }, { fixed: '4.17.19' }]),
          },
        ],
      },
      {
        id: 'B',
        affected: [
          { package: { ecosystem: 'npm', name: 'lodash' }, ranges: range([{ introduced: '4.17.16' }]) },
        ],
      },
      { id: 'C', affected: [{ package: { ecosystem: 'PyPI', name: 'Flask' }, versions: ['0.12'] }] },
      {
        id: 'D',
        withdrawn: '2024-01-01T00:00:00Z',
        affected: [{ package: { ecosystem: 'npm', name: 'lodash' } }],
      },
      {
        id: 'E',
        affected: [
          {
            package: { ecosystem: 'npm', name: 'lodash' },
            ranges: range([{ introduced: '4.0.0' }, { last_affected: '4.17.15' }]),
          },
        ],
      },
    ]),
  )
  expect(await importAdvisories(state, file)).toBe(5)
  const said = await ask(lodash, flask)
  expect(said.answered && said.found.map(({ id }) => id)).toEqual(['A', 'E', 'C'])
})

test('a file that is no list of OSV records is refused, and what was imported before stays', async () => {
  const file = join(state, 'osv.json')
  writeFileSync(file, '[{ "id": "A" }]')
  await importAdvisories(state, file)
  writeFileSync(file, '[{ "id": 1 }]')
  await expect(importAdvisories(state, file)).rejects.toMatchObject({ code: 'advisories_unreadable' })
  expect(await ask(lodash)).toMatchObject({ answered: true, source: 'the imported file' })
})
