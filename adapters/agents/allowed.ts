// What may go out through the relay: questions to the model that the operator named, and nothing that only looks like one.
import type { IncomingHttpHeaders } from 'node:http'
import type { Agent } from '../../src/proposing/agent.ts'

type Api = Agent['api']

/** All that is passed on of a request; credentials of the agent's own could be another's account. */
const PASSED = ['accept', 'content-type', 'user-agent', 'anthropic-version', 'anthropic-beta', 'openai-beta']
/** How models are asked: Anthropic's Messages, OpenAI's Chat Completions and Responses, and which models there are. */
const ASKED = ['messages', 'messages/count_tokens', 'chat/completions', 'responses', 'models']
/** A dot, a slash, a backslash or a percent sign in other clothes: what is behind may read them as such. */
const DISGUISED = /%(?:2e|2f|5c|25|00)/i
const CREDENTIAL = /key|token|secret|auth|sig/i

const withoutSlash = (path: string): string => path.replace(/\/+$/, '')

export const basePathOf = ({ url }: Pick<Api, 'url'>): string => withoutSlash(new URL(url).pathname)

/** A path that the operator names stands for all below it; of the others each is what it is. */
function isListed({ url, paths }: Pick<Api, 'url' | 'paths'>, path: string): boolean {
  const base = basePathOf({ url })
  if (path !== base && !path.startsWith(`${base}/`)) return false
  if (paths) return paths.map(withoutSlash).some((one) => path === one || path.startsWith(`${one}/`))
  return ASKED.some((one) => path === `${base}/${one}` || path === `${base}/v1/${one}`)
}

/** Where it goes, or why it does not. `target` is the request's, as it came. */
export function destinationOf(api: Api, method: string, target: string): URL | string {
  if (method !== 'GET' && method !== 'POST') return `a ${method.slice(0, 20)} request`
  if (!target.startsWith('/')) return 'an address of another host'
  const [path = ''] = target.split('?')
  if (/[^\x21-\x7e]|\\|#/.test(target) || path.includes('//') || DISGUISED.test(path))
    return 'a path that can be read in two ways'
  const { origin } = new URL(api.url)
  if (!URL.canParse(origin + target)) return 'a path that can be read in two ways'
  const url = new URL(origin + target)
  // What a URL makes of `..` and `.` is another path.
  if (url.origin !== origin || url.pathname !== path) return 'a path that can be read in two ways'
  if (!isListed(api, path)) return path.slice(0, 100)
  for (const name of url.searchParams.keys())
    if (CREDENTIAL.test(name)) return `a credential of its own (${name.slice(0, 40)})`
  return url
}

export function headersOf(given: IncomingHttpHeaders, { header }: Api, key: string | undefined) {
  const passed = PASSED.flatMap((name) => {
    const value = given[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  return {
    ...Object.fromEntries(passed),
    // The key could not be found in what is compressed.
    'accept-encoding': 'identity',
    ...(key === undefined ? {} : { [header]: header === 'authorization' ? `Bearer ${key}` : key }),
  }
}

/** Tools that the agent itself carries out; every other one runs at the provider, and may reach the internet from there. */
const OWN_TOOL =
  /^(?:function|custom|local_shell|apply_patch|(?:bash|text_editor|computer|memory)_\d{8}|computer_use_preview)$/
/** What a question may hold as a link, which the provider then fetches. */
const FETCHED = new Set(['image', 'document', 'file', 'image_url', 'input_image', 'input_file', 'video_url'])

const LINK = /^\s*[a-z][a-z0-9+.-]*:\/\//i
/** OpenAI's, Perplexity's and OpenRouter's. */
const SEARCHES = /search|sonar|compound|:online$/i

const lists = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const object = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}

/** By names in lower case: some gateways do not tell them apart. */
const lowered = (value: unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object(value)).map(([name, one]) => [name.toLowerCase(), one]))

/** Anthropic's, OpenAI's, OpenRouter's, xAI's and Alibaba's. */
const ASKS_OTHERS = [
  'mcp_servers',
  'web_search_options',
  'plugins',
  'container',
  'search_parameters',
  'enable_search',
]
const isSomething = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0)

/** Without a type it is Anthropic's form of a tool of one's own, or Google's. */
function isOwn(tool: unknown): boolean {
  const { type, environment, tools, name, ...rest } = object(tool)
  if (type === 'shell') return object(environment).type === 'local'
  if (type === 'namespace') return lists(tools).every(isOwn)
  if (type !== undefined) return OWN_TOOL.test(String(type))
  return typeof name === 'string' || Object.keys(rest).every((key) => /^function_?declarations$/i.test(key))
}

function hasLink(one: object): boolean {
  if (Object.entries(one).some(([key, value]) => /^file_?uri$/i.test(key) && LINK.test(String(value))))
    return true
  if (!FETCHED.has(String((one as { type?: unknown }).type))) return false
  return Object.values(one)
    .flatMap((value) => (typeof value === 'string' ? [value] : Object.values(object(value))))
    .some((text) => typeof text === 'string' && LINK.test(text))
}

/** Tools and links stand at several depths; what the model itself asked of a tool is neither. */
function reachingOut(question: unknown): string | undefined {
  const waiting = [question]
  while (waiting.length > 0) {
    const one = waiting.pop()
    if (one === null || typeof one !== 'object') continue
    const { type, tools } = lowered(one)
    const foreign = lists(tools).find((tool) => !isOwn(tool))
    if (foreign !== undefined)
      return `a tool that runs at the provider (${String(object(foreign).type).slice(0, 40)})`
    if (hasLink(one)) return 'a link that the provider would fetch'
    for (const [key, value] of Object.entries(one))
      if (type !== 'tool_use' || key !== 'input' || one === question) waiting.push(value)
  }
  return undefined
}

/** Why this question may not be asked; undefined where it may. */
export function whyNotAsked(
  { provider_tools }: Pick<Api, 'provider_tools'>,
  body: Buffer,
): string | undefined {
  let asked: unknown
  try {
    asked = JSON.parse(body.toString('utf8'))
  } catch {
    return 'a question that is no JSON'
  }
  const { model, models, background, ...more } = lowered(asked)
  // What it costs would never be seen.
  if (background === true) return 'a question that is answered later'
  if (provider_tools) return undefined
  if (ASKS_OTHERS.some((name) => isSomething(more[name]))) return 'a server that the provider would ask'
  const searching = [model, ...lists(models)].find((one) => SEARCHES.test(String(one)))
  if (searching !== undefined) return `a model that searches the internet (${String(searching).slice(0, 40)})`
  return reachingOut(asked)
}
