// The order of interleaved runs: random, so that nothing periodic favours a side, and repeatable from a seed.

/** Mulberry32: enough for an order, not for a secret. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export const seedOf = (digest: string): number => Number.parseInt(digest.slice(-8), 16) || 1

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}

/** The requests of a slice: templates in turn, `{1..1000}` drawn anew each time; the same for every side. */
export function requestsOf(templates: readonly string[], count: number, random: () => number): string[] {
  return Array.from({ length: count }, (_, i) =>
    templates[i % templates.length]!.replace(/\{(\d+)\.\.(\d+)\}/g, (_all, low: string, high: string) =>
      String(Number(low) + Math.floor(random() * (Number(high) - Number(low) + 1))),
    ),
  )
}
