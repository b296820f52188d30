// Everything that is wrong with a configuration, at once, each with its place and what is allowed there.
import { closestMatch } from 'leven'
import { z } from 'zod'

export interface ConfigFault {
  /** `targets.shop.watch` */
  readonly path: string
  readonly problem: string
}

export class ConfigFaults extends Error {
  override readonly name = 'ConfigFaults'
  readonly file: string
  readonly faults: readonly ConfigFault[]
  constructor(file: string, faults: readonly ConfigFault[]) {
    super(
      `${file} has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}:\n${faults.map((f) => `  ${f.path}: ${f.problem}`).join('\n')}`,
    )
    this.file = file
    this.faults = faults
  }
}

const pathOf = (path: readonly PropertyKey[]): string => path.map(String).join('.') || '(the whole file)'

/** What may be written at a place, as the schema has it. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  type Node = z.core.JSONSchema.JSONSchema
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const nodes = path.reduce<Node[]>(
    (some, key) =>
      some
        .flatMap((node) => [node, ...(node.anyOf ?? []), ...(node.allOf ?? [])] as Node[])
        .flatMap(({ properties, additionalProperties, items }) =>
          [properties?.[String(key)] ?? additionalProperties ?? items].filter(
            (one): one is Node => typeof one === 'object',
          ),
        ),
    [root],
  )
  return nodes.flatMap(({ properties }) => Object.keys(properties ?? {}))
}

/** So many letters may differ for one to be meant. */
const TYPING_MISTAKE = 2

/** Flattens unions too: the branch that got furthest says what is wrong. */
export function faultsOf(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  at: readonly PropertyKey[] = [],
): ConfigFault[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path]
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const nearest = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0]!
      if (depth(nearest) > 0) return faultsOf(schema, nearest, path)
    }
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => {
        const known = keysAt(schema, path)
        const meant =
          known.find((one) => one.startsWith(key)) ??
          closestMatch(key, known, { maxDistance: TYPING_MISTAKE })
        return {
          path: pathOf([...path, key]),
          problem: `is not a known setting${meant ? ` (did you mean ${meant}?)` : ''}; known here: ${known.join(', ')} (docs/configuration.md)`,
        }
      })
    if (
      issue.code === 'invalid_type' &&
      issue.expected === 'object' &&
      / received (string|array)$/.test(issue.message)
    )
      return [
        {
          path: pathOf(path),
          problem: `has settings of its own: ${keysAt(schema, path).join(', ')} (docs/configuration.md)`,
        },
      ]
    const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
    return [
      {
        path: pathOf(path),
        problem: missing
          ? `is missing; it is ${/^[aeio]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`
          : issue.message,
      },
    ]
  })
}

const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(...issues.map((issue) => issue.path.length))
