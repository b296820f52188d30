// The bubblewrap driver: what it holds, what it costs, what comes out of it.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openGroup } from '../../adapters/sandbox/cgroup.ts'
import { type Containment, roomsFor } from '../../adapters/sandbox/probe.ts'
import { treeOf } from '../../adapters/sandbox/process-tree.ts'
import type { Target } from '../../src/config/config.ts'
import type { Room } from '../../src/sandbox/room.ts'
import { type Lab, openLab } from '../support/sandbox.ts'
import { until } from '../support/until.ts'

const lab: Lab = await openLab()
const contained = test.runIf(lab.containment.ok)
if (!lab.containment.ok)
  process.stdout.write(
    `Not run here: the sandbox's tests (${lab.containment.why}: sudo apt-get install bubblewrap)\n`,
  )
let room: Room
beforeAll(async () => {
  if (lab.containment.ok) room = await lab.room(lab.target({ 'a.txt': 'a\n', '.gitignore': 'ignored/\n' }))
})
afterAll(async () => {
  await room?.close()
  lab.close()
})
const sh = async (command: string, more: Partial<Parameters<Room['run']>[0]> = {}) =>
  room.run({ command, ...more })
const out = async (command: string) => (await sh(command)).stdout.trim()

describe('inside', () => {
  contained('there is the tree, without .git, and node', async () => {
    expect(await out('pwd; ls -A; node --version')).toBe(`/work\n.gitignore\na.txt\n${process.version}`)
  })
  contained('there is no environment but the listed one', async () => {
    process.env.GRACE_KEY_PASSPHRASE = 'hunter2'
    const environment = await out('env')
    delete process.env.GRACE_KEY_PASSPHRASE
    expect(environment).not.toMatch(/hunter2/)
    expect(
      environment
        .split('\n')
        .map((line) => line.split('=')[0])
        .sort(),
    ).toEqual(['CI', 'GRACE_EVIDENCE', 'GRACE_PLAYBOOKS', 'HOME', 'LANG', 'PATH', 'PWD', 'TMPDIR', 'TZ'])
  })
  contained('there is no descriptor but the standard ones', async () => {
    // The test runner's own parent may have left some open above 100; `grace` closes those (below).
    const open = (await out('ls /proc/self/fd')).split('\n').map(Number)
    expect(open.filter((fd) => fd < 100).sort()).toEqual([0, 1, 2, 3])
  })
  contained('Grace’s own state can’t be seen, whatever its path', async () => {
    writeFileSync(join(lab.directories.keys, 'signing.pem'), 'hunter2')
    for (const path of [
      lab.directories.state,
      lab.directories.keys,
      lab.directories.mirrors,
      tmpdir(),
      '/root',
      '/home',
      '/var',
      '/run',
      '/sys/class',
    ])
      expect(
        await out(`find ${path} -mindepth 1 -maxdepth 1 2>/dev/null | grep -v '^/home/grace$' | head -1`),
        path,
      ).toBe('')
    expect(await out('grep -r hunter2 / --include=signing.pem 2>/dev/null | head -1')).toBe('')
  })
  contained('no network: not the machine’s own services, not the world', async () => {
    const server = createServer((_request, response) => response.end('secret'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    for (const url of [`http://127.0.0.1:${port}`, 'http://192.0.2.1', 'http://169.254.169.254'])
      expect(
        await out(
          `node -e "fetch('${url}', {signal: AbortSignal.timeout(3000)}).then(() => console.log('reached'), () => console.log('refused'))"`,
        ),
        url,
      ).toBe('refused')
    server.close()
  })
  contained('the system can’t be written', async () => {
    expect(
      await out(
        'for p in /usr /etc / /dev /proc/sys/kernel/core_pattern /opt/node/bin/node /playbooks; do if [ -w $p ]; then echo $p; fi; done',
      ),
    ).toBe('')
    expect(await out('touch /x /usr/x /etc/x 2>/dev/null; ls /x /usr/x /etc/x 2>/dev/null')).toBe('')
  })
  contained('no process of the machine is visible or can be signalled', async () => {
    expect(Number(await out('ls /proc | grep -c "^[0-9]"'))).toBeLessThan(8)
    expect(await out(`kill -0 ${process.pid} 2>/dev/null && echo reached; echo done`)).toBe('done')
  })
  contained('files belong to nobody of the machine’s root', async () => {
    expect((await sh('touch made && stat -c %u made')).stdout).toBe('1000\n')
    expect((await sh('chmod 4755 made')).output).toMatch(/not permitted/)
    expect(await out('id -u')).toBe('1000')
  })
})

test('a descriptor that our own parent left open is closed before anything is run', () => {
  const script = `import { closeInherited } from '${new URL('../../adapters/sandbox/inherited.ts', import.meta.url).pathname}'
    closeInherited()
    const { execFileSync } = await import('node:child_process')
    console.log(execFileSync('ls', ['/proc/self/fd'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }))`
  const command = `exec 77</etc/passwd 9</etc/passwd; exec ${process.execPath} --input-type=module -e "$0"`
  expect(execFileSync('bash', ['-c', command, script], { encoding: 'utf8' }).trim().split('\n')).toEqual([
    '0',
    '1',
    '2',
    '3',
  ])
})

describe('limits', () => {
  contained('of time end the whole tree, however it hides', async () => {
    const begun = Date.now()
    const receipt = await sh(
      '(setsid sh -c "trap : TERM; while :; do sleep 0.1; done" &) ; trap "" TERM; sleep 60',
      { limits: { wallMs: 800 } },
    )
    expect(receipt).toMatchObject({ ended: 'time', exit: null })
    expect(Date.now() - begun).toBeLessThan(10_000)
    await until(() => treeOf(process.pid).length < 12)
  })
  contained('of memory end it', async () => {
    const receipt = await sh(`node -e "const a=[]; for(;;) a.push(Buffer.alloc(8e6, 1))"`, {
      limits: { memoryBytes: 200e6 },
    })
    expect(receipt.ended).toBe('memory')
    expect(receipt.peakBytes).toBeGreaterThan(190e6)
  })
  contained('of output keep the end and stop the flood', async () => {
    const receipt = await sh('yes 0123456789', { limits: { outputBytes: 20_000, wallMs: 20_000 } })
    expect(receipt.ended).toBe('output')
    expect(receipt.output.length).toBeLessThanOrEqual(20_000)
    expect(receipt.droppedBytes).toBeGreaterThan(0)
  })
  contained('of the disk stop what fills it, and say so; the next room has its own', async () => {
    const containment = lab.containment as Extract<Containment, { ok: true }>
    const small = roomsFor(
      { ...containment, protections: { ...containment.protections, quota: { bytes: 20e6, files: 500 } } },
      lab.building,
    )
    const target = lab.target({ 'a.txt': 'a\n' })
    const open = async () => (await small(target, 'people')).open(target, await lab.mirrors.head(target))
    const one = await open()
    expect(await one.run({ command: 'head -c 60M /dev/zero > big' })).toMatchObject({
      ended: 'disk',
      exit: null,
    })
    const many = await open()
    const { ended } = await many.run({ command: 'mkdir d; for i in $(seq 900); do : > d/$i || exit 1; done' })
    expect(ended).toBe('disk')
    const next = await open()
    expect(await next.run({ command: 'echo fine > small && cat a.txt' })).toMatchObject({
      exit: 0,
      ended: 'exit',
    })
    for (const each of [one, many, next]) await each.close()
  })
  contained('of processes stop a fork bomb', async () => {
    const receipt = await sh('for i in $(seq 1 2000); do sleep 2 & done 2>/dev/null; echo survived', {
      limits: { wallMs: 15_000 },
    })
    expect(receipt.stdout).not.toMatch(/survived/)
  })
})

describe('what comes out', () => {
  contained('is the exit, the output without escapes, the time and the memory', async () => {
    const receipt = await sh(
      `printf '\\033[31mred\\033[0m\\000\\n'; echo oops >&2; node -e "while(process.cpuUsage().user<4e5);"; exit 3`,
    )
    expect(receipt).toMatchObject({ exit: 3, ended: 'exit', stdout: 'red\n' })
    expect(receipt.output).toMatch(/red/)
    expect(receipt.output).toMatch(/oops/)
    expect(receipt.cpuMs).toBeGreaterThan(300)
    // Most of it is the system's, for asking; on a busy machine more.
    expect(receipt.cpuMs).toBeLessThan(10_000)
    expect(receipt.peakBytes).toBeGreaterThan(1e6)
  })
  contained('are regular files of the tree, and nothing that only looks like one', async () => {
    const traps =
      'rm -rf r; mkdir r; echo good > r/good; ln -s /etc/passwd r/link; mkfifo r/pipe; mkdir r/dir; truncate -s 100M r/giant; ln r/good r/hard; ln -s r linked'
    const { files } = await sh(traps, {
      collect: [
        'r/link',
        'r/pipe',
        'r/dir',
        'r/giant',
        'r/hard',
        'linked/good',
        '../x',
        '/etc/passwd',
        'none',
      ],
    })
    expect(files).toEqual({})
    expect((await sh('mkdir -p r; echo new > r/plain', { collect: ['r/plain'] })).files).toEqual({
      'r/plain': 'new\n',
    })
    expect(
      (await sh('true', { collect: ['r/plain'] })).files,
      'an old report is not taken for a new one',
    ).toEqual({})
  })
  contained('takes nothing of this machine along when what was read is removed', async () => {
    const mine = join(lab.root, 'mine')
    mkdirSync(mine)
    for (const name of ['report', 'other']) writeFileSync(join(mine, name), 'mine')
    await sh(`ln -s ${mine} away; mkdir -p in; ln -s ${mine} in/there`, {
      collect: [
        'away/report',
        'in/there/report',
        '../x',
        `in/../../../../../../../../..${join(mine, 'other')}`,
      ],
    })
    expect(readdirSync(mine).sort()).toEqual(['other', 'report'])
  })
  contained('is the tree’s change as a patch, without what is ignored', async () => {
    const own = await lab.room(lab.target({ 'a.txt': 'a\n', '.gitignore': 'ignored/\n' }))
    await own.run({ command: 'echo b > a.txt; echo n > new.txt; mkdir ignored; echo i > ignored/i' })
    const patch = await own.patch()
    expect(patch).toMatch(/^-a$/m)
    expect(patch).toMatch(/^\+b$/m)
    expect(patch).toMatch(/new\.txt/)
    expect(patch).not.toMatch(/ignored\/i/)
    await own.close()
  })
  contained('standard input and evidence go in, read-only', async () => {
    const file = join(lab.root, 'evidence.txt')
    writeFileSync(file, 'seen')
    const receipt = await sh(
      'cat; cat $GRACE_EVIDENCE/e.txt; echo x > $GRACE_EVIDENCE/e.txt || true; ls $GRACE_EVIDENCE',
      { stdin: 'brief ', evidence: { 'e.txt': file, 'missing.txt': join(lab.root, 'nothing') } },
    )
    expect(receipt.stdout).toBe('brief seene.txt\n')
  })
})

describe('a service under load', () => {
  const SERVER = `
    let n = 0
    const cpu = () => { const { user, system } = process.cpuUsage(); return user + system }
    require('node:http').createServer((q, r) => {
      n++
      if (q.url === '/fail') { r.statusCode = 500; return r.end() }
      if (q.url === '/slow') return setTimeout(() => r.end('ok'), 50)
      // Of CPU, not of a clock: on a busy machine 5 ms go by with less work than that.
      const until = cpu() + (q.url === '/busy' ? 5_000 : 0); while (cpu() < until);
      r.end(String(n))
    }).listen(Number(process.env.PORT))`
  const target = (command = 'node server.cjs') =>
    lab.target(
      { 'server.cjs': SERVER },
      { serve: { command, port: 8123, ready: '/' }, load: { rate: 50, requests: ['GET /'] } },
    )

  contained('three at once do not meet: each has a network of its own', async () => {
    const t = target()
    const rooms = await Promise.all([1, 2, 3].map(() => lab.room(t)))
    const services = await Promise.all(rooms.map((one) => one.serve(t)))
    const slices = await Promise.all(
      services.map((s) =>
        s.load({ rate: 100, durationMs: 300, requests: Array.from({ length: 30 }, () => 'GET /') }),
      ),
    )
    for (const slice of slices) expect(slice.failed).toEqual(Array.from({ length: 30 }, () => false))
    await Promise.all(services.map((s) => s.stop()))
    await Promise.all(rooms.map((one) => one.close()))
  })
  contained(
    'latency is counted from when a request was due; failures are told; CPU is the service’s own',
    async () => {
      const t = target()
      const own = await lab.room(t)
      const service = await own.serve(t)
      const { latencies, failed } = await service.load({
        rate: 40,
        durationMs: 250,
        requests: ['GET /slow', 'GET /fail', 'GET /slow', 'GET /', 'GET /slow'],
      })
      expect(failed).toEqual([false, true, false, false, false])
      expect(latencies[0]).toBeGreaterThan(45)
      // 5 ms of work every ms can't be kept up with: what waits is counted as waiting.
      const before = service.cpuMicros()
      const busy = await service.load({
        rate: 1_000,
        durationMs: 60,
        requests: Array.from({ length: 60 }, () => 'GET /busy'),
      })
      expect(Math.max(...busy.latencies)).toBeGreaterThan(150)
      expect(service.cpuMicros() - before).toBeGreaterThan(60 * 4_000)
      expect((await service.stop()).peakBytes).toBeGreaterThan(10e6)
      await own.close()
    },
  )
  contained('one that does not come up is refused with its own words', async () => {
    const t = target('echo broken pipes; exit 1')
    const own = await lab.room(t)
    await expect(own.serve(t)).rejects.toMatchObject({
      code: 'service_not_ready',
      message: expect.stringMatching(/broken pipes/),
    })
    await own.close()
  })
})

describe('dependencies', () => {
  contained('are installed once for the same manifests and shown read-only', async () => {
    const install =
      'mkdir -p node_modules/dep && echo "module.exports = 7" > node_modules/dep/index.js && date +%s%N > node_modules/stamp'
    const t = lab.target({ 'package.json': '{"name":"x"}', 'package-lock.json': '{}' }, { install })
    const [a, b] = [await lab.room(t), await lab.room(t)]
    const stamp = async (one: Room) =>
      (
        await one.run({
          command: `node -e "console.log(require('dep'))"; cat node_modules/stamp; echo x > node_modules/stamp || true`,
        })
      ).stdout
    expect(await stamp(a)).toBe(await stamp(b))
    expect(await stamp(a)).toMatch(/^7\n\d+\n$/)
    await a.close()
    await b.close()
  })
  contained('are a directory: no link, and nothing in their way', async () => {
    const mine = join(lab.root, 'kept')
    mkdirSync(mine, { mode: 0o700 })
    await expect(
      lab.room(lab.target({ 'package.json': '{"name":"link"}' }, { install: `ln -s ${mine} node_modules` })),
    ).rejects.toMatchObject({
      code: 'install_failed',
      message: expect.stringMatching(/left no node_modules/),
    })
    expect(readdirSync(mine)).toEqual([])
    expect(statSync(mine).mode & 0o777).toBe(0o700)
    const install = 'rm node_modules; mkdir node_modules'
    await expect(
      lab.room(lab.target({ 'package.json': '{"name":"way"}', node_modules: 'a file' }, { install })),
    ).rejects.toMatchObject({ code: 'dependencies_in_the_way' })
  })
  contained('that can’t be installed are refused with the reason', async () => {
    await expect(
      lab.room(lab.target({ 'package.json': '{}' }, { install: 'echo no network here; exit 1' })),
    ).rejects.toMatchObject({ code: 'install_failed', message: expect.stringMatching(/no network here/) })
  })
})

describe.runIf(lab.containment.ok && process.getuid?.() === 0)('a disk that is full', () => {
  const small = join(lab.root, 'small')
  const full = {
    code: 'sandbox_unavailable',
    message: expect.stringMatching(/disk of the sandboxes is full/),
  }
  let target: Target
  /** Where no overlay can be mounted a run writes to the sandboxes' own disk. */
  const withoutQuota = lab.containment.ok
    ? { ...lab.containment, protections: { ...lab.containment.protections, quota: undefined } }
    : lab.containment
  const rooms = () =>
    roomsFor(withoutQuota, {
      runtime: lab.runtime,
      mirrors: lab.mirrors,
      sandboxes: small,
      layers: join(small, 'layers'),
    })(target, 'people')
  beforeAll(() => {
    target = lab.target({ 'a.txt': 'a\n' })
    mkdirSync(small, { mode: 0o711 })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100m,mode=711', 'tmpfs', small])
  })
  afterAll(() => void execFileSync('umount', [small]))

  test('while something runs: what came of it is no result', async () => {
    const one = await (await rooms()).open(target, await lab.mirrors.head(target))
    await expect(one.run({ command: 'head -c 60M /dev/zero > big; exit 1' })).rejects.toMatchObject(full)
    await one.close()
    expect(readdirSync(small), 'nothing is left of it').toEqual([])
  })
  test('before: nothing begins, and nothing is left of the attempt', async () => {
    writeFileSync(join(small, 'fill'), Buffer.alloc(60 * 1024 * 1024))
    await expect(
      rooms().then(async (them) => them.open(target, await lab.mirrors.head(target))),
    ).rejects.toMatchObject(full)
    expect(readdirSync(small)).toEqual(['fill'])
  })
})

describe('without containment', () => {
  const rooms = () =>
    roomsFor(
      { ok: false, why: 'bubblewrap is not installed' },
      {
        runtime: lab.runtime,
        mirrors: lab.mirrors,
        sandboxes: lab.directories.sandboxes,
        layers: lab.layers,
      },
    )
  test('nothing of a target runs, and it says what would mend that', async () => {
    await expect(rooms()(lab.target({ a: 'a' }), 'people')).rejects.toMatchObject({
      code: 'sandbox_unavailable',
      message: expect.stringMatching(/^SANDBOX_UNAVAILABLE: bubblewrap is not installed/),
      next: expect.stringMatching(/apt-get install bubblewrap/),
    })
  })
  test('only the demo runs, by Grace’s own playbooks, and is labelled as not isolated', async () => {
    const demo = { ...lab.target({ 'a.txt': 'a\n' }), demo: true }
    await expect(rooms()(demo, 'people')).rejects.toMatchObject({ code: 'sandbox_unavailable' })
    const level = await rooms()(demo, 'grace')
    expect(level.isolation).toBe('demo')
    expect(level.off.join()).toMatch(/nothing isolates/)
    const one = await level.open(demo, await lab.mirrors.head(demo))
    const receipt = await one.run({ command: 'cat a.txt; env | cut -d= -f1 | sort | tr "\\n" " "' })
    expect(receipt.stdout).toBe('a\nCI GRACE_EVIDENCE GRACE_PLAYBOOKS HOME LANG PATH PWD TMPDIR TZ ')
    await one.close()
  })
})

contained('nothing is left: no process, no tree', async () => {
  await room.close()
  await sleep(200)
  expect(readdirSync(lab.directories.sandboxes).filter((name) => name !== 'layers')).toEqual([])
  expect(existsSync(join(lab.directories.sandboxes, 'layers'))).toBe(true)
})

test('a control group of version 2 is joined by its processes, one of version 1 by its tasks', () => {
  const directory = mkdtempSync(join(tmpdir(), 'grace-group-'))
  const limits = { memoryBytes: 1e9, processes: 10 }
  const two = openGroup({ version: 2, root: directory }, limits).join.join(' ')
  expect(two).toContain('cgroup.procs')
  expect(two).not.toContain('tasks')
  const [memory, pids, cpu, cpuacct] = ['memory', 'pids', 'cpu', 'cpuacct'].map((name) => {
    mkdirSync(join(directory, name))
    return join(directory, name)
  }) as [string, string, string, string]
  expect(openGroup({ version: 1, memory, pids, cpu, cpuacct }, limits).join.join(' ')).toContain('/tasks')
  rmSync(directory, { recursive: true })
})
