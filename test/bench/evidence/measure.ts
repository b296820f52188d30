// What the product's own sliced bench says of changes whose true effect is known: functions that do so many per cent more
// of the same work.
import type { Target } from '../../../src/config/config.ts'
import type { Room } from '../../../src/sandbox/room.ts'
import { runLoadSet } from '../../../src/sandbox/run-load.ts'
import { type Calls, runSlices } from '../../../src/sandbox/run-slices.ts'
import type { BenchRound, BySide, LoadSet } from '../../../src/trust/measurements.ts'
import type { Lab } from '../../support/sandbox.ts'

/** Four kinds of work. Each is a unit, always the same, and a function does so many of it: then 20 % more is exactly that,
 * which one loop of a length is not (its numbers get longer, its map is filled once). */
const UNITS: Readonly<Record<string, string>> = {
  // Small integers only: of larger ones V8 makes objects or not, by process, and the function is two functions.
  arithmetic: 'let x = 1; for (let i = 0; i < 2000; i++) x = (Math.imul(x, 31) + i) | 0; return x & 1',
  objects: 'const m = new Map(); for (let i = 0; i < 200; i++) m.set(i % 97, { i, s: i + 1 }); return m.size',
  text: "let n = 0; for (let i = 0; i < 200; i++) n += (i % 100 + ',' + i % 7).split(',').length; return n",
  json: 'let n = 0; for (let i = 0; i < 100; i++) n += JSON.parse(JSON.stringify({ a: i, b: [1, 2, 3] })).a; return n',
}
const UNITS_OF_A_CALL = 100
export const FUNCTIONS = Object.keys(UNITS)

const moduleWith = (perCentMore: number): string =>
  Object.entries(UNITS)
    .map(
      ([name, body]) =>
        `function one_${name}() { ${body} }
export function ${name}() { let n = 0; for (let k = 0; k < ${UNITS_OF_A_CALL + perCentMore}; k++) n += one_${name}(); return n }`,
    )
    .join('\n')

/** So many sets of the three sides, the candidate in rooms of its own; in turn, as nothing else may run beside them. */
async function setsOf<T>(
  lab: Lab,
  target: Target,
  candidate: Target,
  sets: number,
  once: (rooms: BySide<Room>) => Promise<T | { readonly lost: string }>,
  progress: (done: number) => void,
): Promise<T[]> {
  const rooms = {
    baseline: await lab.room(target),
    control: await lab.room(target),
    candidate: await lab.room(candidate),
  }
  const measured: T[] = []
  try {
    for (let i = 0; i < sets; i++) {
      const run = await once(rooms)
      if (typeof run === 'object' && run !== null && 'lost' in run) throw new Error(run.lost)
      measured.push(run)
      progress((i + 1) / sets)
    }
  } finally {
    for (const room of Object.values(rooms)) await room.close()
  }
  return measured
}

/** One round per fresh set of processes; every round has a metric per function. */
export async function measureRounds(
  lab: Lab,
  perCentMore: number,
  sets: number,
  random: () => number,
  progress: (done: number) => void,
): Promise<BenchRound[]> {
  const files = (more: number) => ({ 'bench/work.mjs': moduleWith(more) })
  const target = lab.target(files(0), { bench: { module: 'bench/work.mjs' } })
  const calls: Calls = new Map()
  const runs = await setsOf(
    lab,
    target,
    lab.target(files(perCentMore)),
    sets,
    (rooms) => runSlices(target, rooms, random, calls, () => {}),
    progress,
  )
  return runs.map(({ round }) => round)
}

const REQUEST_LENGTH = 4_000_000

/** A service whose every request is almost nothing but the work. */
const serviceWith = (perCentMore: number): string => `import { createServer } from 'node:http'
const N = ${Math.round(REQUEST_LENGTH * (1 + perCentMore / 100))}
createServer((request, response) => {
  let x = 1
  if (request.url !== '/healthz') for (let i = 0; i < N; i++) x = (Math.imul(x, 31) + i) | 0
  response.end(String(x))
}).listen(Number(process.env.PORT), '127.0.0.1')
`

/** Sets of services under the same load: the second does so many per cent more for each request. */
export async function measureLoad(
  lab: Lab,
  perCentMore: number,
  sets: number,
  random: () => number,
  progress: (done: number) => void,
): Promise<LoadSet[]> {
  const files = (more: number) => ({ 'server.mjs': serviceWith(more) })
  const target = lab.target(files(0), {
    serve: { command: 'node server.mjs', port: 8080 },
    load: { rate: 40, requests: ['GET /'] },
  })
  const runs = await setsOf(
    lab,
    target,
    lab.target(files(perCentMore)),
    sets,
    (rooms) => runLoadSet(target, rooms, random, () => {}),
    progress,
  )
  return runs.map(({ set }) => set)
}
