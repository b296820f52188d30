// What a route's code is given and gives back.
import { refused } from './errors.ts'
import type { Gateway } from './gateway.ts'
import { type IncomingFile, type Json, ROUTES, type Route } from './types.ts'
import type { World } from './world.ts'

export interface Call {
  world: World
  gateway: Gateway
  route: Route
  params: Record<string, string>
  query: URLSearchParams
  body: Json
  /** The body where it is a list. */
  list: Json[]
  files: IncomingFile[]
}

export interface Answer {
  status: number
  body?: unknown
}

export type Handler = (call: Call) => Answer

/** Carried out; 204 where there is nothing to say. */
export function ok(body?: unknown, status = 200): Answer {
  return body === undefined ? { status: 204 } : { status, body }
}

const MATCHERS = ROUTES.map((route) => {
  const [method, template = ''] = route.split(' ')
  const pattern = template.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  return { route, method, pattern: new RegExp(`^${pattern}$`) }
})

/** The route of a call and its parameters, decoded (discord.js writes `%40original`). */
export function matchRoute(method: string, path: string): { route: Route; params: Record<string, string> } {
  const decoded = path.split('/').map(decodeURIComponent).join('/')
  let known = false
  for (const matcher of MATCHERS) {
    const match = matcher.pattern.exec(decoded)
    if (match && matcher.method === method) return { route: matcher.route, params: { ...match.groups } }
    known ||= match !== null
  }
  throw refused(known ? 'methodNotAllowed' : 'notFound')
}

/** Interactions are let in by their token, and are outside the global rate limit. */
export function isInteractionRoute(route: Route): boolean {
  return route.includes('/interactions/') || route.includes('/webhooks/')
}
