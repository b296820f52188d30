// What Grace tells Prometheus of itself.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Figures, Health } from '../../src/health/health.ts'

export interface OwnMetrics {
  job(kind: string, outcome: string, seconds: number): void
  request(route: string, status: number, seconds: number): void
  /** In Prometheus' text format. */
  text(): Promise<string>
}

const JOB_SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300]
const REQUEST_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10]

/** `look` is asked at every scrape. */
export function openMetrics(look: () => Promise<{ figures: Figures | null; health: Health }>): OwnMetrics {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })
  const jobs = new Histogram({
    name: 'grace_job_seconds',
    help: 'Effects carried out by this process',
    labelNames: ['kind', 'outcome'],
    buckets: JOB_SECONDS,
    registers,
  })
  const requests = new Histogram({
    name: 'grace_http_request_seconds',
    help: 'Requests to the API and the console, by route',
    labelNames: ['route', 'status'],
    buckets: REQUEST_SECONDS,
    registers,
  })
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers })
  const missions = gauge('grace_missions', 'Missions by phase', ['phase'])
  const outcomes = gauge('grace_missions_complete', 'Complete missions by outcome', ['outcome'])
  const sessions = gauge('grace_sessions_open', 'Votes that are open')
  const due = gauge('grace_outbox_due', 'Effects whose time has come and that nobody carries out')
  const oldest = gauge('grace_outbox_oldest_seconds', 'How long the oldest of them has waited')
  const givenUp = gauge('grace_outbox_given_up', 'Effects that could not be carried out')
  const untold = gauge('grace_clicks_untold', 'Clicks whose receipt was not said yet')
  const ledger = gauge('grace_ledger_entries', 'Entries under a signed checkpoint')
  const waiting = gauge('grace_ledger_waiting', 'Entries that wait for their number')
  const up = gauge('grace_part_up', '1 where a part works', ['part'])
  const scrapes = new Counter({
    name: 'grace_metrics_scrapes_total',
    help: 'Scrapes of this page',
    registers,
  })
  return {
    job: (kind, outcome, seconds) => jobs.observe({ kind, outcome }, seconds),
    request: (route, status, seconds) => requests.observe({ route, status }, seconds),
    async text() {
      const { figures, health } = await look()
      scrapes.inc()
      up.reset()
      for (const part of Object.keys(health.parts)) up.set({ part }, health.failing.includes(part) ? 0 : 1)
      if (figures) {
        missions.reset()
        for (const [phase, n] of Object.entries(figures.missions)) missions.set({ phase }, n)
        outcomes.reset()
        for (const [outcome, n] of Object.entries(figures.outcomes)) outcomes.set({ outcome }, n)
        sessions.set(figures.sessionsOpen)
        due.set(figures.due)
        oldest.set(figures.oldestDueSeconds)
        givenUp.set(figures.givenUp)
        untold.set(figures.clicksUntold)
        ledger.set(figures.ledgerSize)
        waiting.set(figures.ledgerWaiting)
      }
      return register.metrics()
    },
  }
}
