// The way out while dependencies are installed: the listed hosts, and nothing that only looks like one.
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Egress, isInner, openEgress } from '../../adapters/sandbox/egress.ts'
import { roomsFor } from '../../adapters/sandbox/probe.ts'
import { type Lab, openLab } from '../support/sandbox.ts'

const directory = mkdtempSync(join(tmpdir(), 'grace-egress-'))
const socket = join(directory, 'egress')
const server = createServer((_request, response) => response.end('a package'))
let egress: Egress
let port: number
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  egress = await openEgress(socket, {
    hosts: new Set(['localhost', 'localhost.localdomain']),
    inner: new Set(['localhost']),
    port,
  })
})
afterAll(async () => {
  await egress.close()
  server.close()
  rmSync(directory, { recursive: true, force: true })
})

/** What comes back for these bytes, until it is closed or says "a package". */
const say = (bytes: string, then = ''): Promise<string> =>
  new Promise((resolve) => {
    const client = connect(socket, () => client.write(bytes))
    let heard = ''
    client.setTimeout(5_000, () => client.destroy())
    client.on('data', (part) => {
      heard += String(part)
      if (then && /Connection established\r\n\r\n$/.test(heard)) client.write(then)
      if (/a package/.test(heard)) client.end()
    })
    client.on('error', () => {})
    client.on('close', () => resolve(heard))
  })
const tunnel = (to: string, then?: string) => say(`CONNECT ${to} HTTP/1.1\r\nhost: ${to}\r\n\r\n`, then)

describe('the way out', () => {
  test('leads to a host on the list', async () => {
    const heard = await tunnel(`localhost:${port}`, 'GET / HTTP/1.0\r\n\r\n')
    expect(heard).toMatch(/^HTTP\/1\.1 200 [\s\S]*a package$/)
  })
  test.each([
    ['another host', () => tunnel(`example.org:${port}`), /example\.org: not on the list/],
    ['an address', () => tunnel(`127.0.0.1:${port}`), /127\.0\.0\.1: an address instead of a name/],
    ['an IPv6 address', () => tunnel(`[::1]:${port}`), /an address instead of a name/],
    ['another port', () => tunnel('localhost:5432'), /localhost: port 5432/],
    [
      'plain HTTP',
      () => say(`GET http://localhost:${port}/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
      /not CONNECT/,
    ],
    [
      'a list member that has an inner address',
      () => tunnel(`localhost.localdomain:${port}`),
      /localhost\.localdomain: /,
    ],
  ])('refuses %s, and says so', async (_what, ask, why) => {
    expect(await ask()).toMatch(/^HTTP\/1\.1 403 /)
    expect(egress.refused.at(-1)).toMatch(why)
  })
  test.each([
    '10.1.2.3',
    '127.0.0.1',
    '169.254.169.254',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::ffff:10.0.0.1',
    'fe80::1',
    'fd00::1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
  ])('%s is an inner address', (address) => expect(isInner(address)).toBe(true))
  test.each(['1.1.1.1', '104.16.0.1', '2606:4700::1'])('%s is not', (address) =>
    expect(isInner(address)).toBe(false),
  )
})

const lab: Lab = await openLab()
afterAll(() => lab.close())
describe.runIf(lab.containment.ok)('an install in the sandbox', () => {
  const ASK = `const { hostname, port } = new URL(process.env.https_proxy)
const request = require('node:http').request({ host: hostname, port, method: 'CONNECT', path: process.argv[1] })
request.on('connect', (response) => { console.log(response.statusCode); process.exit(9) }).end()`
  test('has that way and no other, and an install that fails says what was refused', async () => {
    const install = `test -z "$(ip -o link 2>/dev/null | grep -v ' lo:')" && node -e "${ASK}" evil.example.org:443`
    await expect(lab.room(lab.target({ 'package.json': '{}' }, { install }))).rejects.toMatchObject({
      code: 'install_failed',
      message: expect.stringMatching(
        /ended with exit 9: 403 \(refused: evil\.example\.org: not on the list\)/,
      ),
    })
  })
  test('brings npm along, runs no scripts of what it installs but the named ones, and those without a way out', async () => {
    const files = {
      'package.json': JSON.stringify({
        name: 'x',
        version: '1.0.0',
        dependencies: { loud: 'file:loud', quiet: 'file:quiet' },
      }),
      'loud/package.json': JSON.stringify({
        name: 'loud',
        version: '1.0.0',
        scripts: { install: 'echo $https_proxy- > ran' },
      }),
      'quiet/package.json': JSON.stringify({
        name: 'quiet',
        version: '1.0.0',
        scripts: { install: 'echo > ran' },
      }),
    }
    const room = await lab.room(
      lab.target(files, { install: 'npm install --install-links', install_scripts: ['loud'] }),
    )
    const { stdout } = await room.run({
      command: 'ls node_modules; cat node_modules/loud/ran; ls node_modules/quiet',
    })
    await room.close()
    expect(stdout).toBe('loud\nquiet\n-\npackage.json\n')
  })
  test('that fills the disk is ended, and says why', async () => {
    const quota = { bytes: 50 * 1024 ** 2, files: 1_000 }
    const rooms = roomsFor(lab.containment, { ...lab.building, installQuota: quota })
    const fills = (install: string) => lab.target({ 'package.json': '{}' }, { install })
    for (const target of [
      fills('for i in 1 2 3 4 5 6 7 8; do head -c 16M /dev/zero > f$i; done; sleep 20'),
      fills('mkdir many; seq 3000 | while read i; do : > many/$i; done; sleep 20'),
    ])
      await expect(
        (await rooms(target, 'people')).open(target, await lab.mirrors.head(target)),
      ).rejects.toMatchObject({
        code: 'install_failed',
        message: expect.stringMatching(/took more than 50 MB or 1000 files of disk/),
      })
  })
})

test('a socket may be deeper than the kernel takes a path, and goes with its server', async () => {
  const deep = join(directory, 'x'.repeat(100), 'y'.repeat(100))
  mkdirSync(deep, { recursive: true })
  const { close } = await openEgress(join(deep, 'egress'), { hosts: new Set(), inner: new Set() })
  expect(statSync(join(deep, 'egress')).mode & 0o777).toBe(0o666)
  await close()
  expect(existsSync(join(deep, 'egress'))).toBe(false)
})
