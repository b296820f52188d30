// Discord's own OpenAPI document, where it lies beside the repository: keeps the bot's calls, and our answers, honest.
import { existsSync, readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import type { Json, Route } from './types.ts'

const PLACES = [
  process.env.GRACE_DISCORD_OPENAPI,
  new URL('../../../../shared/schemas/discord-openapi.json', import.meta.url).pathname,
]

interface Operation {
  requestBody?: { content: Record<string, unknown> }
  responses: Record<string, { content?: Record<string, unknown> }>
}

let loaded: Specification | undefined | null = null

/** The specification, read once; undefined where it is not at hand. */
export function specification(): Specification | undefined {
  if (loaded !== null) return loaded
  const path = PLACES.find((place) => place && existsSync(place))
  loaded = path ? new Specification(JSON.parse(readFileSync(path, 'utf8'))) : undefined
  return loaded
}

export class Specification {
  readonly #paths: Record<string, Record<string, Operation>>
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false, logger: false })
  readonly #compiled = new Map<string, ValidateFunction | undefined>()

  constructor(document: Json) {
    this.#paths = document.paths as Record<string, Record<string, Operation>>
    const integer = (bits: bigint) => (value: number) =>
      Number.isInteger(value) && BigInt(Math.abs(value)) < bits
    this.#ajv.addFormat('int32', { type: 'number', validate: integer(1n << 31n) })
    this.#ajv.addFormat('int64', { type: 'number', validate: integer(1n << 63n) })
    this.#ajv.addFormat('double', { type: 'number', validate: Number.isFinite })
    this.#ajv.addFormat('snowflake', /^(0|[1-9][0-9]{0,19})$/)
    this.#ajv.addFormat('nonce', /^.{0,25}$/su)
    this.#ajv.addFormat('uri', fullFormats.uri as RegExp)
    this.#ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)$/)
    this.#ajv.addSchema({ ...document, $id: 'discord' })
  }

  /** What is wrong with a call's body; nothing where the route takes none. */
  faultsOfRequest(route: Route, body: unknown): string[] {
    return this.#faults(route, ['requestBody', 'content', 'application/json', 'schema'], body)
  }

  /** What is wrong with an answer of ours. */
  faultsOfAnswer(route: Route, status: number, body: unknown): string[] {
    return this.#faults(route, ['responses', String(status), 'content', 'application/json', 'schema'], body)
  }

  #faults(route: Route, keys: string[], value: unknown): string[] {
    const validate = this.#validator(route, keys)
    if (!validate || validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
  }

  #validator(route: Route, keys: string[]): ValidateFunction | undefined {
    const name = `${route} ${keys.join(' ')}`
    if (!this.#compiled.has(name)) {
      const [method = '', path = ''] = route.split(' ')
      const pointer = [path, method.toLowerCase(), ...keys]
      let found: unknown = this.#paths
      for (const key of pointer) found = (found as Json | undefined)?.[key]
      const fragment = pointer.map((key) =>
        encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1')),
      )
      this.#compiled.set(
        name,
        found ? this.#ajv.compile({ $ref: `discord#/paths/${fragment.join('/')}` }) : undefined,
      )
    }
    return this.#compiled.get(name)
  }
}
