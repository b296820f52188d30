// Runs inside the sandbox with the production flags and says which promises do not hold (SANDBOX.md 8).
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'

const broken = []
const promise = (what, holds) => {
  let kept = false
  try {
    kept = holds()
  } catch (error) {
    what += ` (${error.message})`
  }
  if (!kept) broken.push(what)
}
const status = readFileSync('/proc/self/status', 'utf8')
const field = (name) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1]
const refuses = (mode) => (path) => {
  try {
    accessSync(path, mode)
    return false
  } catch {
    return true
  }
}
const unwritable = refuses(constants.W_OK)
const unreadable = refuses(constants.R_OK)

promise('no_new_privs is set', () => field('NoNewPrivs') === '1')
if (process.argv.includes('seccomp')) promise('a system call filter is on', () => field('Seccomp') === '2')
promise('no effective capability', () => /^0+$/.test(field('CapEff')))
promise('no capability in the bounding set', () => /^0+$/.test(field('CapBnd')))
promise(
  'one user is mapped',
  () => readFileSync('/proc/self/uid_map', 'utf8').trim().split('\n').length === 1,
)
promise('core_pattern is closed', () => unwritable('/proc/sys/kernel/core_pattern'))
promise('only a loopback network', () =>
  readFileSync('/proc/net/dev', 'utf8')
    .trim()
    .split('\n')
    .slice(2)
    .every((line) => line.trim().startsWith('lo:')),
)
promise('no /sys/class', () => !existsSync('/sys/class'))
promise('/etc/shadow is out of reach', () => unreadable('/etc/shadow'))
for (const path of ['/usr', '/etc', '/', '/dev', '/proc', '/opt/node/bin/node', '/harness'])
  promise(`${path} is not writable`, () => unwritable(path))
promise('the tree is writable', () => {
  writeFileSync('/work/.self-test', 'made inside')
  return true
})
promise('no .git in the tree', () => !existsSync('/work/.git'))
promise('no new user namespace', () => spawnSync('/usr/bin/unshare', ['-U', 'true']).status !== 0)
promise('no core dumps', () =>
  /^Max core file size\s+0\s+0\s/m.test(readFileSync('/proc/self/limits', 'utf8')),
)
promise(
  'no process from outside is visible',
  () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length <= 4,
)
promise(
  'no environment from outside',
  () => !Object.keys(process.env).some((name) => /^(?:GRACE_|DATABASE_|REDIS_|SSH_|AWS_)/.test(name)),
)

const socket = connect({ host: '192.0.2.1', port: 80 })
const end = (how) => {
  if (how !== 'refused') broken.push('a connection outside fails at once')
  process.stdout.write(`${JSON.stringify({ broken })}\n`)
  process.exit(0)
}
socket.on('error', () => end('refused'))
socket.on('connect', () => end('connected'))
setTimeout(() => end('hung'), 1_000)
