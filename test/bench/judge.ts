// npm run bench:judge [-- --json FILE --runs N --seed N]: how often the judge of a live change is wrong, on simulated watches
// of half an hour: a service whose latency and traffic move by themselves, in Prometheus' own buckets, scraped every 15 s, as Prometheus does.
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import betaQuantile from '@stdlib/stats-base-dists-beta-quantile'
import { type Group, hardLimit, type Judgement, judge } from '../../src/monitoring/judge.ts'
import { type Sample, trafficOf } from '../../src/monitoring/samples.ts'
import { chanceOf } from './simulated-service.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string' },
  },
})
const runs = Number(values.runs)
const seed = Number(values.seed ?? randomInt(2 ** 30))
const chance = chanceOf(seed)

const SCRAPE_MS = 15_000
const WATCH_MS = 1_800_000
const SCRAPES = WATCH_MS / SCRAPE_MS
const PER_WINDOW = WATCH_MS / 20 / SCRAPE_MS

interface Weather {
  /** How many times slower than usual, at each scrape: the mood of machines and of neighbours. */
  readonly mood: readonly number[]
}
/** An hour and a half of a day: a slow swell of ±10 %, and noise of 3 % that lasts for a minute. */
function weather(): Weather {
  const phase = chance.random() * 2 * Math.PI
  let drift = 0
  return {
    mood: Array.from({ length: 2 * SCRAPES + 20 }, (_, i) => {
      drift = 0.9 * drift + 0.013 * chance.normal()
      return Math.exp(0.05 * Math.sin(phase + (i * 2 * Math.PI * SCRAPE_MS) / 86_400_000) + drift)
    }),
  }
}

interface Harm {
  /** Requests per second. */
  readonly rate?: number
  /** Times the latency, at a share of the watch that is over. */
  readonly slower?: (done: number) => number
  readonly errors?: (done: number) => number
}

function samplesOf({ mood }: Weather, from: number, to: number, harm: Harm, isAfter: boolean): Sample[] {
  const { rate = 20, slower = () => 1, errors = () => 0.001 } = harm
  return Array.from({ length: to - from }, (_, i) => {
    const done = isAfter ? i / (to - from) : 0
    const requests = chance.poisson((rate * SCRAPE_MS) / 1_000)
    const buckets = chance.buckets(requests, 60 * mood[from + i]! * (isAfter ? slower(done) : 1))
    return {
      at: new Date((from + i + 1) * SCRAPE_MS),
      windowMs: SCRAPE_MS,
      requests,
      errors: chance.binomial(requests, isAfter ? errors(done) : 0.001),
      buckets,
    }
  })
}

interface Scenario {
  readonly name: string
  readonly harm: Harm
  /** What happens where the change did not reach, where there is such a group. */
  readonly elsewhere?: Harm
  readonly quiet?: boolean
  /** Verdicts that would be wrong, and how often they may be (%). */
  readonly wrong: readonly string[]
  readonly aim: number
}

const outage = (done: number): boolean => done > 0.3 && done < 0.8
const SCENARIOS: readonly Scenario[] = [
  { name: 'no change', harm: {}, wrong: ['rolled back'], aim: 2 },
  {
    name: 'wider outage',
    harm: { slower: (done) => (outage(done) ? 3 : 1), errors: (done) => (outage(done) ? 0.2 : 0.001) },
    elsewhere: { slower: (done) => (outage(done) ? 3 : 1), errors: (done) => (outage(done) ? 0.2 : 0.001) },
    wrong: ['rolled back'],
    aim: 2,
  },
  { name: 'quiet night', harm: { rate: 0.05 }, wrong: ['rolled back'], aim: 2 },
  { name: 'latency +30 %', harm: { slower: () => 1.3 }, wrong: ['succeeded', 'inconclusive'], aim: 1 },
  { name: 'errors 2 %', harm: { errors: () => 0.02 }, wrong: ['succeeded', 'inconclusive'], aim: 1 },
  {
    name: 'hard failure',
    harm: { errors: () => 0.95 },
    wrong: ['succeeded', 'inconclusive', 'late'],
    aim: 1,
  },
  { name: 'latency +10 %', harm: { slower: () => 1.1 }, wrong: ['succeeded'], aim: 2 },
  { name: 'no traffic', harm: { rate: 0 }, wrong: ['succeeded', 'rolled back'], aim: 1 },
  {
    name: 'slow leak',
    harm: { slower: (done) => 1 + 0.6 * done },
    wrong: ['succeeded'],
    aim: 2,
  },
]

/** As the watch does it: after every scrape the hard limits, after every window all of it; watched on once where it is unsure. */
function play({ harm, elsewhere, quiet }: Scenario): { outcome: string; afterScrapes: number } {
  const sky = weather()
  const calm = { rate: harm.rate && harm.rate > 0 ? harm.rate : quiet ? 0.05 : 20 }
  const group = (of: Harm): { before: Sample[]; all: Sample[] } => ({
    before: samplesOf(sky, 0, SCRAPES, calm, false),
    all: samplesOf(sky, SCRAPES, 2 * SCRAPES, of, true),
  })
  const [own, control] = [group(harm), elsewhere && group(elsewhere)]
  const until = new Date(WATCH_MS)
  const before = trafficOf(own.before)
  const at = (n: number): { since: Sample[]; control?: Group } => ({
    since: own.all.slice(0, n),
    ...(control ? { control: { before: control.before, since: control.all.slice(0, n) } } : {}),
  })
  for (let n = 1; n <= SCRAPES; n++) {
    const seen = at(n)
    if (hardLimit(seen, before)) return { outcome: 'rolled back', afterScrapes: n }
    if (n % PER_WINDOW !== 0) continue
    const { verdict }: Judgement = judge({
      before: own.before,
      ...seen,
      watchMs: WATCH_MS,
      until,
      from: until,
      now: new Date(WATCH_MS + n * SCRAPE_MS),
      over: n === SCRAPES,
    })
    if (verdict === 'breach') return { outcome: 'rolled back', afterScrapes: n }
    if (verdict === 'good') return { outcome: 'succeeded', afterScrapes: n }
  }
  return { outcome: 'inconclusive', afterScrapes: SCRAPES }
}

process.stdout.write(`seed ${seed}, ${runs} runs of each\n`)
const rows = SCENARIOS.map((scenario) => {
  const outcomes: Record<string, number> = {}
  for (let i = 0; i < runs; i++) {
    const { outcome, afterScrapes } = play(scenario)
    const late = scenario.wrong.includes('late') && outcome === 'rolled back' && afterScrapes > 2
    const said = late ? 'late' : outcome
    outcomes[said] = (outcomes[said] ?? 0) + 1
  }
  const wrong = scenario.wrong.reduce((sum, name) => sum + (outcomes[name] ?? 0), 0)
  const upper = 100 * (wrong === runs ? 1 : betaQuantile(0.95, wrong + 1, runs - wrong))
  const ok = upper <= scenario.aim
  process.stdout.write(
    `${ok ? 'ok    ' : 'beyond'} ${scenario.name}: wrong ${wrong} of ${runs}, upper 95 % bound ${upper.toFixed(2)} % (aim ≤ ${scenario.aim} %); ${Object.entries(
      outcomes,
    )
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')}\n`,
  )
  return { scenario: scenario.name, outcomes, wrong, upper, aim: scenario.aim, ok }
})
if (values.json) writeFileSync(values.json, `${JSON.stringify({ seed, runs, rows }, null, 2)}\n`)
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1
