// Counts requests and their durations, and tells them as Prometheus text.

const BOUNDS = [
  0.0005, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.008, 0.01, 0.0125, 0.015, 0.0175, 0.02, 0.025, 0.03,
  0.04, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5,
]

export function createMetrics() {
  const buckets = BOUNDS.map(() => 0)
  const statuses = new Map()
  let [sum, count] = [0, 0]
  return {
    observe(status, seconds) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      sum += seconds
      count++
      BOUNDS.forEach((bound, i) => {
        if (seconds <= bound) buckets[i]++
      })
    },
    text() {
      const lines = ['# TYPE http_requests_total counter']
      for (const [status, total] of statuses.size > 0 ? statuses : [['200', 0]])
        lines.push(`http_requests_total{status="${status}"} ${total}`)
      lines.push('# TYPE http_request_duration_seconds histogram')
      for (const [i, bound] of BOUNDS.entries())
        lines.push(`http_request_duration_seconds_bucket{le="${bound}"} ${buckets[i]}`)
      lines.push(`http_request_duration_seconds_bucket{le="+Inf"} ${count}`)
      lines.push(
        `http_request_duration_seconds_sum ${sum}`,
        `http_request_duration_seconds_count ${count}`,
        '',
      )
      return lines.join('\n')
    },
  }
}
