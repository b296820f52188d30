// Packages that ship no types, or none that Node's module resolution can use.

declare module 'parse-prometheus-text-format' {
  interface Metric {
    labels?: Record<string, string>
    value?: string
    buckets?: Record<string, string>
    quantiles?: Record<string, string>
    count?: string
    sum?: string
  }
  interface Family {
    name: string
    help: string
    type: 'COUNTER' | 'GAUGE' | 'HISTOGRAM' | 'SUMMARY' | 'UNTYPED'
    metrics: Metric[]
  }
  export default function parsePrometheusTextFormat(text: string): Family[]
}
