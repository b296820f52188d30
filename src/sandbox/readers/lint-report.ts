import { z } from 'zod'
import { Refusal } from '../../kernel/refusal.ts'
import { oneLine } from '../../kernel/text.ts'
import { list } from './bounded.ts'
import { fileInTree } from './case-results.ts'
import { MOST_CHARACTERS } from './limits.ts'
import { parseJson } from './parse-json.ts'

/** `path` is inside the tree, '' where the finding is about no file; `line` is from 1, 0 where it is about no line. */
export interface LintFinding {
  readonly path: string
  readonly line: number
  readonly rule: string
  readonly severity: 'error' | 'warning' | 'note'
}

const unreadable = (why: string): Refusal =>
  new Refusal(
    'invalid',
    'lint_report_unreadable',
    `The lint report is not readable: ${why}.`,
    'Let the linter write SARIF 2.1.0 or ESLint’s JSON (eslint -f json).',
  )

const MOST_FINDINGS = 100_000
const count = z.number().int().nonnegative()
const lineNumber = z.number().int().min(1).max(10_000_000)

/** ESLint's json formatter. */
const eslintSchema = list(
  z.object({
    filePath: z.string().min(1),
    errorCount: count,
    warningCount: count,
    messages: list(
      z.object({
        ruleId: z.string().nullable(),
        severity: z.union([z.literal(1), z.literal(2)]),
        // Missing where the whole file is meant: "File ignored because …".
        line: lineNumber.or(z.literal(0)).nullish(),
      }),
    ),
  }),
)

const level = z.enum(['none', 'note', 'warning', 'error'])
const location = z.object({
  physicalLocation: z
    .object({
      artifactLocation: z.object({ uri: z.string().optional(), uriBaseId: z.string().optional() }).optional(),
      region: z.object({ startLine: lineNumber.optional() }).optional(),
    })
    .optional(),
})
const reportingDescriptor = z.object({
  id: z.string(),
  defaultConfiguration: z.object({ level: level.optional() }).optional(),
})
const notification = z.object({
  level: level.optional(),
  locations: list(location).optional(),
  descriptor: z.object({ id: z.string().optional() }).optional(),
})
/** What is read of a SARIF 2.1.0 run (OASIS, 3.14): results, and what kept the tool from looking (3.20.21). */
const runSchema = z.object({
  tool: z.object({ driver: z.object({ rules: list(reportingDescriptor).optional() }) }),
  originalUriBaseIds: z.record(z.string(), z.object({ uri: z.string().optional() })).optional(),
  invocations: list(
    z.object({
      executionSuccessful: z.boolean(),
      toolExecutionNotifications: list(notification).optional(),
      toolConfigurationNotifications: list(notification).optional(),
    }),
  ).optional(),
  // Null or missing: the tool did not look.
  results: list(
    z.object({
      ruleId: z.string().optional(),
      ruleIndex: z.number().int().optional(),
      rule: z.object({ id: z.string().optional(), index: z.number().int().optional() }).optional(),
      level: level.optional(),
      kind: z.string().optional(),
      suppressions: list(z.object({ status: z.string().optional() })).nullish(),
      locations: list(location).optional(),
    }),
  ),
})
const sarifSchema = z.object({
  version: z.literal('2.1.0'),
  runs: list(runSchema).refine((runs) => runs.length > 0, 'has no run'),
})
type Run = z.output<typeof runSchema>

/** Findings in the order of the report; `root` is where the tree was mounted when it was written. */
export function readLint(text: string, root = '/work'): LintFinding[] {
  if (text.length > MOST_CHARACTERS) throw unreadable('it is larger than 16 MB')
  let value: unknown
  try {
    value = parseJson(text.replace(/^\ufeff/, ''))
  } catch (error) {
    throw unreadable(oneLine((error as Error).message))
  }
  const findings = Array.isArray(value) ? readEslint(value, root) : readSarif(value, root)
  if (findings.length > MOST_FINDINGS) throw unreadable(`it holds more than ${MOST_FINDINGS} findings`)
  return findings
}

function parsed<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw unreadable(`${issue?.path.join('.') || 'the report'}: ${issue?.message}`)
}

function readEslint(value: unknown, root: string): LintFinding[] {
  return parsed(eslintSchema, value).flatMap(({ filePath, messages, errorCount, warningCount }) => {
    const path = oneLine(fileInTree(filePath, root), 300)
    const errors = messages.filter(({ severity }) => severity === 2).length
    if (errorCount > errors || warningCount > messages.length - errors)
      throw unreadable(`${path} says ${errorCount + warningCount} findings and holds ${messages.length}`)
    return messages.map(({ ruleId, severity, line }) => ({
      path,
      line: line ?? 0,
      rule: oneLine(ruleId ?? 'parse error', 100),
      severity: severity === 2 ? ('error' as const) : ('warning' as const),
    }))
  })
}

const readSarif = (value: unknown, root: string): LintFinding[] =>
  parsed(sarifSchema, value).runs.flatMap((run) => [...resultsOf(run, root), ...notificationsOf(run, root)])

function resultsOf(run: Run, root: string): LintFinding[] {
  return run.results
    .filter(({ kind }) => kind === undefined || kind === 'fail')
    .filter(({ suppressions }) => !suppressions?.some(({ status }) => (status ?? 'accepted') === 'accepted'))
    .map((result) => {
      const rule = run.tool.driver.rules?.[result.ruleIndex ?? result.rule?.index ?? -1]
      return {
        ...placeOf(run, result.locations, root),
        rule: oneLine(result.ruleId ?? result.rule?.id ?? rule?.id ?? '(no rule)', 100),
        severity: severityOf(result.level ?? rule?.defaultConfiguration?.level),
      }
    })
}

/** A file that the tool could not look at is a finding as well; a run that failed and does not say where refuses. */
function notificationsOf(run: Run, root: string): LintFinding[] {
  return (run.invocations ?? []).flatMap((invocation) => {
    const errors = [
      ...(invocation.toolExecutionNotifications ?? []),
      ...(invocation.toolConfigurationNotifications ?? []),
    ].filter((notification) => notification.level === 'error')
    if (!invocation.executionSuccessful && errors.length === 0)
      throw unreadable('the tool says that it failed, and not at what')
    return errors.map(({ locations, descriptor }) => ({
      ...placeOf(run, locations, root),
      rule: oneLine(descriptor?.id ?? '(tool error)', 100),
      severity: 'error' as const,
    }))
  })
}

/** Without a level it is a warning (SARIF 3.27.10). */
const severityOf = (said: z.output<typeof level> | undefined): LintFinding['severity'] =>
  said === undefined ? 'warning' : said === 'none' ? 'note' : said

function placeOf(
  run: Run,
  locations: z.output<typeof location>[] | undefined,
  root: string,
): Pick<LintFinding, 'path' | 'line'> {
  const place = locations?.[0]?.physicalLocation
  const { uri, uriBaseId } = place?.artifactLocation ?? {}
  if (uri === undefined) return { path: '', line: 0 }
  const base = uriBaseId === undefined ? undefined : run.originalUriBaseIds?.[uriBaseId]?.uri
  return { path: oneLine(fileInTree(pathOf(uri, base), root), 300), line: place?.region?.startLine ?? 0 }
}

/** A relative URI without a known base is taken from the tree (%SRCROOT%, as it is meant most often). */
function pathOf(uri: string, base: string | undefined): string {
  const absolute = URL.canParse(uri, base) ? new URL(uri, base) : undefined
  try {
    if (!absolute) return decodeURIComponent(uri).replace(/^(?:\.\/)+/, '')
    return absolute.protocol === 'file:' ? decodeURIComponent(absolute.pathname) : absolute.href
  } catch {
    throw unreadable(`"${oneLine(uri, 80)}" is no address of a file`)
  }
}
