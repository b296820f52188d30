// What goes wrong on demand. Each fault is for the next n calls of a route, `*` for any; the tests turn the switches.
import { DiscordError } from './errors.ts'
import type { Route } from './types.ts'

export type RouteOrAny = Route | '*'

/** What an error answer says, instead of carrying the call out. */
export interface Failure {
  status: number
  code?: number
  message?: string
}

export interface RateLimited {
  /** How long the client has to keep away; 500 where not told. */
  retryAfterMs?: number
  scope?: 'user' | 'global' | 'shared'
}

export type Lost = 'close' | 'reset'

interface Counted<T> {
  route: RouteOrAny
  left: number
  what: T
}

export class Faults {
  /** Every REST call is answered with 401, and IDENTIFY with 4004. */
  unauthorized = false
  /** Heartbeats are not acknowledged: the client must see a zombie. */
  missHeartbeats = false

  readonly #latencies = new Map<RouteOrAny, number>()
  readonly #failures: Counted<DiscordError>[] = []
  readonly #rateLimits: Counted<Required<RateLimited>>[] = []
  readonly #lostAnswers: Counted<Lost>[] = []
  readonly #lostRequests: Counted<Lost>[] = []
  readonly #held = new Map<RouteOrAny, Promise<void>>()
  readonly #deliveries: { copies: number; afterMs: number }[] = []
  refusesGateway: { until: number; how: 'unavailable' | 'reset' } = { until: 0, how: 'unavailable' }

  /** Every call of the route takes this much longer; 0 ends it. */
  latency(ms: number, route: RouteOrAny = '*'): void {
    this.#latencies.set(route, ms)
  }

  /** The next n calls of the route are answered with this error and not carried out. */
  fail(route: RouteOrAny, n: number, failure: Failure | 500 | 502 | 503 = 500): void {
    const { status, code = 0, message } = typeof failure === 'number' ? { status: failure } : failure
    this.#failures.push({
      route,
      left: n,
      what: new DiscordError(status, code, message ?? `${status}: Made to fail`),
    })
  }

  /** The next n callbacks are refused: 10062 the interaction is gone, 40060 someone else acknowledged it. */
  refuseCallbacks(code: 10062 | 40060, n: number): void {
    this.fail('POST /interactions/{interaction_id}/{interaction_token}/callback', n, {
      status: code === 10062 ? 404 : 400,
      code,
      message: code === 10062 ? 'Unknown interaction' : 'Interaction has already been acknowledged.',
    })
  }

  /** The next n calls of the route get 429; until the time is over every further call of its bucket does too. */
  rateLimit(route: RouteOrAny, n: number, limited: RateLimited = {}): void {
    this.#rateLimits.push({ route, left: n, what: { retryAfterMs: 500, scope: 'user', ...limited } })
  }

  /**
   * The next n calls of the route are carried out, but the answer never comes. `close` ends the socket (discord.js
   * gives up at once), `reset` sends RST (discord.js sends the call again by itself).
   */
  loseAnswer(route: RouteOrAny, n: number, how: Lost = 'close'): void {
    this.#lostAnswers.push({ route, left: n, what: how })
  }

  /** The next n calls of the route are dropped before anything is done. */
  loseRequest(route: RouteOrAny, n: number, how: Lost = 'close'): void {
    this.#lostRequests.push({ route, left: n, what: how })
  }

  /** Calls of the route wait, not yet carried out, until the returned function is called. */
  hold(route: RouteOrAny): () => void {
    const gate = Promise.withResolvers<void>()
    this.#held.set(route, gate.promise)
    return () => {
      this.#held.delete(route)
      gate.resolve()
    }
  }

  /** The next n interactions are delivered twice, under the same id. */
  duplicateInteractions(n: number): void {
    for (let i = 0; i < n; i++) this.#deliveries.push({ copies: 2, afterMs: 0 })
  }

  /** The next n interactions reach the bot this late; the 3 s run from the click. */
  delayInteractions(afterMs: number, n: number): void {
    for (let i = 0; i < n; i++) this.#deliveries.push({ copies: 1, afterMs })
  }

  /** The next n interactions never reach the bot. */
  loseInteractions(n: number): void {
    for (let i = 0; i < n; i++) this.#deliveries.push({ copies: 0, afterMs: 0 })
  }

  /** New gateway connections are refused for so long: `unavailable` is HTTP 503, `reset` a broken socket. */
  refuseGateway(ms: number, how: 'unavailable' | 'reset' = 'unavailable'): void {
    this.refusesGateway = { until: Date.now() + ms, how }
  }

  /** Everything works again. */
  clear(): void {
    this.unauthorized = false
    this.missHeartbeats = false
    this.refusesGateway = { until: 0, how: 'unavailable' }
    this.#latencies.clear()
    for (const list of [this.#failures, this.#rateLimits, this.#lostAnswers, this.#lostRequests])
      list.length = 0
    this.#deliveries.length = 0
  }

  // What follows is asked by the server.

  latencyOf(route: Route): number {
    return this.#latencies.get(route) ?? this.#latencies.get('*') ?? 0
  }

  heldBack(route: Route): Promise<void> | undefined {
    return this.#held.get(route) ?? this.#held.get('*')
  }

  takeFailure(route: Route): DiscordError | undefined {
    return take(this.#failures, route)
  }

  takeRateLimit(route: Route): Required<RateLimited> | undefined {
    return take(this.#rateLimits, route)
  }

  takeLostAnswer(route: Route): Lost | undefined {
    return take(this.#lostAnswers, route)
  }

  takeLostRequest(route: Route): Lost | undefined {
    return take(this.#lostRequests, route)
  }

  takeDelivery(): { copies: number; afterMs: number } {
    return this.#deliveries.shift() ?? { copies: 1, afterMs: 0 }
  }
}

function take<T>(list: Counted<T>[], route: Route): T | undefined {
  const found = list.find((fault) => fault.left > 0 && (fault.route === '*' || fault.route === route))
  if (!found) return undefined
  found.left--
  return found.what
}
