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

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length <= 1
    ? [[...items]]
    : items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]))

/**
 * Orders for `count` rounds: every permutation once, in random order, then again. What comes first and what comes
 * after what is so balanced between the sides: a purely random order left one side 10 % slower in a whole run.
 */
export function balancedOrders<T>(items: readonly T[], count: number, random: () => number): T[][] {
  const orders: T[][] = []
  while (orders.length < count) orders.push(...shuffled(permutations(items), random))
  return orders.slice(0, count)
}

/** The requests of a slice: templates in turn, `{1..1000}` drawn anew each time; the same for every side. */
export function requestsOf(templates: readonly string[], count: number, random: () => number): string[] {
  return Array.from({ length: count }, (_, i) =>
    templates[i % templates.length]!.replace(/\{(\d+)\.\.(\d+)\}/g, (_all, low: string, high: string) =>
      String(Number(low) + Math.floor(random() * (Number(high) - Number(low) + 1))),
    ),
  )
}
