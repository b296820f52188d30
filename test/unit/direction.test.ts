// Imports point one way: adapters, jobs and db to src, never to each other; src to src; modules only up the map.
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = new URL('../../', import.meta.url).pathname
/** The only files that look outward. */
const OUTWARD = /^src\/(?:main|compose|cli)\.ts$|^src\/(?:cli|roles)\//
/** Modules of src in the order of STYLE.md's map: each may use those before it. */
const MAP = [
  'types',
  'kernel',
  'health',
  'access',
  'policies',
  'trust',
  'config',
  'keys',
  'ledger',
  'candidate',
  'checks',
  'constitution',
  'governance',
  'hunter',
  'attestations',
  'sandbox',
  'monitoring',
  'trigger-mesh',
  'proposing',
  'parliament',
  'execution',
  'learning',
  'mission',
  'cards',
  'chat',
  'commands',
]

const files = globSync(['src/**/*.ts', 'adapters/**/*.ts', 'jobs/**/*.ts', 'db/**/*.ts'], {
  cwd: ROOT,
}).filter((path) => !path.endsWith('.d.ts'))
const importsOf = (path: string): string[] =>
  [...readFileSync(join(ROOT, path), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((m) =>
    normalize(join(dirname(path), m[1]!)),
  )
const edges = files.flatMap((from) => importsOf(from).map((to) => ({ from, to })))
const top = (path: string) => path.split('/')[0]!

test('there is something to look at', () => {
  expect(files.length).toBeGreaterThan(100)
  expect(edges.length).toBeGreaterThan(300)
})

test('src imports only src, but for the composition root', () => {
  expect(
    edges.filter(({ from, to }) => top(from) === 'src' && !OUTWARD.test(from) && top(to) !== 'src'),
  ).toEqual([])
})

test('adapters, jobs and db import src, never each other', () => {
  const allowed = (from: string, to: string) =>
    top(to) === 'src' || top(to) === top(from) || (from.startsWith('adapters/demo/') && top(to) === 'demo')
  expect(edges.filter(({ from, to }) => top(from) !== 'src' && !allowed(from, to))).toEqual([])
})

test('nobody imports the composition root', () => {
  expect(edges.filter(({ from, to }) => OUTWARD.test(to) && !OUTWARD.test(from))).toEqual([])
})

test('a module uses only those before it in the map', () => {
  const moduleOf = (path: string) => path.split('/')[1]!
  const wrong = edges.filter(({ from, to }) => {
    if (top(from) !== 'src' || OUTWARD.test(from)) return false
    return MAP.indexOf(moduleOf(to)) > MAP.indexOf(moduleOf(from))
  })
  expect(wrong).toEqual([])
  expect(
    files.filter((path) => top(path) === 'src' && !OUTWARD.test(path) && !MAP.includes(moduleOf(path))),
  ).toEqual([])
})

test('src names no driver, no queue, no chat and no file system', () => {
  const forbidden =
    /from '(?:node:(?:fs|net|http|https|child_process|worker_threads)(?:\/.*)?|pg|postgres|drizzle-orm.*|bullmq|ioredis|fastify.*|@slack\/.*|discord\.js)'/
  expect(
    files.filter(
      (path) =>
        top(path) === 'src' && !OUTWARD.test(path) && forbidden.test(readFileSync(join(ROOT, path), 'utf8')),
    ),
  ).toEqual([])
})

test('only config reads the environment', () => {
  // Hunter speaks of it, as it looks for those who read it.
  const others = files.filter((path) => !path.startsWith('src/hunter/'))
  const readers = others.filter((path) => /process\.env/.test(readFileSync(join(ROOT, path), 'utf8')))
  expect(readers).toEqual(['src/config/env.ts'])
})

test('no file of the product is longer than 300 lines', () => {
  expect(files.filter((path) => readFileSync(join(ROOT, path), 'utf8').split('\n').length > 301)).toEqual([])
})
