// A target's live figures from wherever grace.yaml says: its own metrics page, a Prometheus, or a probe.
import { type LiveSource, scrapeMs } from '../../src/monitoring/live-source.ts'
import { unreadable } from './fetch-bounded.ts'
import { probe } from './probe.ts'
import { windowsBetween } from './prometheus-query.ts'
import { scrape } from './prometheus-text.ts'

export const liveSource: LiveSource = {
  async read(live, group, since, now) {
    if (live.probe) return { samples: [await probe(live.probe, scrapeMs(live), now)] }
    if (!live.prometheus)
      return { counters: await scrape(group === 'control' ? live.control! : live.metrics!, live) }
    const { url } = live.prometheus
    const widthMs = scrapeMs(live)
    // At the first time as much as detectors look at.
    const from = since ?? new Date(now.getTime() - live.window - widthMs)
    const samples = await windowsBetween(live, live.prometheus, group, from, now, widthMs)
    if (samples.length === 0 && now.getTime() - from.getTime() > 3 * widthMs)
      throw unreadable(
        url,
        `it has had no figures of ${group === 'control' ? 'the control group' : 'the service'} since ${from.toISOString()}`,
      )
    return { samples }
  },

  async past(live, from, to, widthMs) {
    if (!live.prometheus) return []
    return windowsBetween(live, live.prometheus, 'live', from, to, widthMs)
  },
}
