// Exact non-negative fractions, so that trust is rounded once and only at its end.

export interface Fraction {
  readonly n: bigint
  /** Greater than zero. */
  readonly d: bigint
}

export const fraction = (n: bigint | number, d: bigint | number = 1n): Fraction => {
  const den = BigInt(d)
  if (den <= 0n) throw new RangeError('A fraction needs a positive denominator')
  return { n: BigInt(n), d: den }
}

export const ZERO = fraction(0n)
export const ONE = fraction(1n)

export const add = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d })
export const times = (a: Fraction, b: Fraction): Fraction => ({ n: a.n * b.n, d: a.d * b.d })
export const over = (a: Fraction, by: bigint | number): Fraction => fraction(a.n, a.d * BigInt(by))
export const sum = (all: readonly Fraction[]): Fraction => all.reduce(add, ZERO)
export const isOne = (a: Fraction): boolean => a.n === a.d
export const isZero = (a: Fraction): boolean => a.n === 0n

/** The whole number below `a × scale`. */
export const floorAt = (a: Fraction, scale: bigint | number): number => Number((a.n * BigInt(scale)) / a.d)

/** For showing only. */
export const approximately = (a: Fraction): number => Number((a.n * 1_000_000n) / a.d) / 1_000_000
