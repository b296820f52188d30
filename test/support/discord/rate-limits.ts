// Rate limits: the headers on each answer, real buckets, and the 429 that follows when they are not kept.
import { createHash } from 'node:crypto'
import { isInteractionRoute } from './route.ts'
import type { Route } from './types.ts'
import type { World } from './world.ts'

interface Bucket {
  limit: number
  windowMs: number
  used: number
  resetAt: number
}

export interface Refusal {
  retryAfterMs: number
  scope: 'user' | 'global' | 'shared'
}

const ROOMY = { limit: 100, windowMs: 1000 }

export class RateLimits {
  /** Calls that came while they were told to keep away. */
  ignored = 0
  readonly #world: World
  readonly #sizes = new Map<Route, { limit: number; windowMs: number }>()
  readonly #buckets = new Map<string, Bucket>()
  readonly #blocked = new Map<string, { until: number } & Refusal>()
  #second = { until: 0, used: 0 }

  constructor(world: World) {
    this.#world = world
  }

  /** From now on the route's bucket (one for each channel) has this size; Discord's own for edits is about 5 in 5 s. */
  size(route: Route, limit: number, windowMs: number): void {
    this.#sizes.set(route, { limit, windowMs })
    for (const key of this.#buckets.keys()) if (key.startsWith(`${route} `)) this.#buckets.delete(key)
  }

  /** Undefined: go ahead. */
  refusal(route: Route, params: Record<string, string>): Refusal | undefined {
    const key = keyOf(route, params)
    const now = Date.now()
    const outsideGlobal = isInteractionRoute(route)
    for (const blocked of [this.#blocked.get(key), outsideGlobal ? undefined : this.#blocked.get('global')])
      if (blocked && blocked.until > now) {
        this.ignored++
        return { retryAfterMs: blocked.until - now, scope: blocked.scope }
      }
    const made = this.#world.faults.takeRateLimit(route)
    if (made) return this.#block(key, made)
    if (!outsideGlobal) {
      if (now >= this.#second.until) this.#second = { until: now + 1000, used: 0 }
      if (++this.#second.used > this.#world.settings.globalPerSecond)
        return this.#block(key, { retryAfterMs: this.#second.until - now, scope: 'global' })
    }
    const bucket = this.#bucket(key, route)
    if (bucket.used >= bucket.limit)
      return this.#block(key, { retryAfterMs: bucket.resetAt - now, scope: 'user' })
    bucket.used++
    return undefined
  }

  #block(key: string, refusal: Refusal): Refusal {
    const until = Date.now() + refusal.retryAfterMs
    this.#blocked.set(refusal.scope === 'global' ? 'global' : key, { until, ...refusal })
    return refusal
  }

  #bucket(key: string, route: Route): Bucket {
    const now = Date.now()
    let bucket = this.#buckets.get(key)
    if (!bucket || now >= bucket.resetAt) {
      const size = this.#sizes.get(route) ?? ROOMY
      bucket = { ...size, used: 0, resetAt: now + size.windowMs }
      this.#buckets.set(key, bucket)
    }
    return bucket
  }

  headers(route: Route, params: Record<string, string>, refusal?: Refusal): Record<string, string> {
    const bucket = this.#bucket(keyOf(route, params), route)
    const now = Date.now()
    const resetAfterMs = refusal ? refusal.retryAfterMs : Math.max(0, bucket.resetAt - now)
    const own = {
      'x-ratelimit-limit': String(bucket.limit),
      'x-ratelimit-remaining': String(refusal ? 0 : bucket.limit - bucket.used),
      'x-ratelimit-reset': String((now + resetAfterMs) / 1000),
      'x-ratelimit-reset-after': String(resetAfterMs / 1000),
      'x-ratelimit-bucket': createHash('sha1').update(route).digest('hex').slice(0, 16),
    }
    if (!refusal) return own
    // Whole seconds, as Discord writes it; the body and reset-after have the fraction.
    const wait = { 'retry-after': String(Math.ceil(refusal.retryAfterMs / 1000)) }
    if (refusal.scope === 'global')
      return { ...wait, 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' }
    return { ...own, ...wait, 'x-ratelimit-scope': refusal.scope }
  }
}

/** Buckets are for each route and its major parameter. */
function keyOf(route: Route, params: Record<string, string>): string {
  return `${route} ${params.channel_id ?? params.guild_id ?? params.webhook_token ?? params.interaction_id ?? ''}`
}
