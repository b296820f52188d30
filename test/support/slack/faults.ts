// What can go wrong, switchable while the tests run.

/** What happens to one call of the Web API. */
export interface Fate {
  readonly delayMs: number
  readonly retryAfter: number | undefined
  readonly serverError: boolean
  readonly error: string | undefined
  readonly loseAnswer: boolean
}

interface Rule {
  readonly method: string
  times: number
}

/** Uses up one of the rules for this method. */
function take<R extends Rule>(rules: R[], method: string): R | undefined {
  const rule = rules.find((r) => r.times > 0 && (r.method === '*' || r.method === method))
  if (rule) rule.times -= 1
  return rule
}

/** Switches for the Web API; `'*'` means every method. */
export class CallFaults {
  readonly #delays = new Map<string, number>()
  readonly #limited: (Rule & { retryAfter: number })[] = []
  readonly #broken: Rule[] = []
  readonly #lost: Rule[] = []
  readonly #refused: (Rule & { error: string })[] = []
  #revoked = false
  /** How long after completion an uploaded file is not yet processed. */
  fileProcessingMs = 0

  /** Every answer (of one method) comes this much later; 0 ends it. */
  delay(ms: number, method = '*'): void {
    this.#delays.set(method, ms)
  }

  /** The next calls are answered 429 with Retry-After. */
  rateLimit(method: string, { times = 1, retryAfter = 1 } = {}): void {
    this.#limited.push({ method, times, retryAfter })
  }

  /** The next calls are answered 500. */
  serverError(method: string, times = 1): void {
    this.#broken.push({ method, times })
  }

  /** The next calls are answered `ok: false` with this error and nothing happens. */
  refuse(method: string, error: string, times = 1): void {
    this.#refused.push({ method, times, error })
  }

  /** The next calls are carried out, then the connection breaks before the answer. */
  loseAnswer(method: string, times = 1): void {
    this.#lost.push({ method, times })
  }

  /** Every call is answered invalid_auth from now on. */
  revokeTokens(): void {
    this.#revoked = true
  }

  restoreTokens(): void {
    this.#revoked = false
  }

  fateOf(method: string): Fate {
    const limited = take(this.#limited, method)
    const broken = limited ? undefined : take(this.#broken, method)
    const refused = limited || broken ? undefined : take(this.#refused, method)
    return {
      delayMs: this.#delays.get(method) ?? this.#delays.get('*') ?? 0,
      retryAfter: limited?.retryAfter,
      serverError: broken !== undefined,
      error: this.#revoked ? 'invalid_auth' : refused?.error,
      loseAnswer: !limited && !broken && !refused && take(this.#lost, method) !== undefined,
    }
  }
}

/** Switches for what is delivered to the app. */
export class DeliveryFaults {
  #twice = 0
  #late: { ms: number; times: number }[] = []
  #held: (() => void)[] | undefined

  /** The next deliveries are sent twice, word for word. */
  deliverTwice(times = 1): void {
    this.#twice += times
  }

  /** The next deliveries leave this much later. */
  deliverLate(ms: number, times = 1): void {
    this.#late.push({ ms, times })
  }

  /** Keeps everything back until release(). */
  hold(): void {
    this.#held ??= []
  }

  /** Sends what was kept back, reversed where asked. */
  release(order: 'in order' | 'reversed' = 'in order'): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const send of order === 'reversed' ? held.reverse() : held) send()
  }

  /** How many are kept back. */
  get held(): number {
    return this.#held?.length ?? 0
  }

  /** Resolves when this delivery may leave; says whether it leaves twice. */
  async gate(changed: () => void): Promise<{ twice: boolean }> {
    const twice = this.#twice > 0
    if (twice) this.#twice -= 1
    const late = this.#late.find((rule) => rule.times > 0)
    if (late) {
      late.times -= 1
      await new Promise((resolve) => setTimeout(resolve, late.ms).unref())
    }
    const held = this.#held
    if (held)
      await new Promise<void>((resolve) => {
        held.push(resolve)
        changed()
      })
    return { twice }
  }
}
