// Playbook: finds the index that slow queries of a PostgreSQL database lack, and writes the migration for it.
//
// Runs in a sandbox with the repository as its working directory. In $GRACE_EVIDENCE: postgresql.log, the server's log with
// auto_explain (auto_explain.log_min_duration = 100ms, log_analyze = on, log_format = json). A plan says itself how many rows a
// sequential scan read in vain, and by which columns.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeMigration } from './write-migration.mjs'

const log = readFileSync(join(process.env.GRACE_EVIDENCE ?? '.', 'postgresql.log'), 'utf8')
const NAME = /^[a-z_][a-z0-9_]*$/
/** Of the rows that a scan reads: fewer in vain, and an index would not help. */
const LEAST_IN_VAIN = 0.9
const LEAST_ROWS = 1_000

/** The JSON object that begins there; undefined where it never ends. */
function objectAt(text, start) {
  let depth = 0
  let inString = false
  for (let i = start; i < text.length; i++) {
    const c = text[i]
    if (inString) {
      if (c === '\\') i++
      else if (c === '"') inString = false
    } else if (c === '"') inString = true
    else if (c === '{') depth++
    else if (c === '}' && --depth === 0) return text.slice(start, i + 1)
  }
  return undefined
}

/** Of the server's log in lines, or as JSON: there the plan is text within a string. */
function* plansIn(text) {
  const messages = text
    .split('\n')
    .flatMap((line) => (line.startsWith('{') && line.includes(' plan:') ? [messageOf(line)] : []))
  for (const part of messages.length > 0 ? messages : [text])
    for (const match of part.matchAll(/duration: (\d+(?:\.\d+)?) ms\s+plan:\s*(?=\{)/g)) {
      const object = objectAt(part, match.index + match[0].length)
      try {
        if (object) yield { ms: Number(match[1]), plan: JSON.parse(object).Plan }
      } catch {
        // Cut off, or not such a plan.
      }
    }
}

function messageOf(line) {
  try {
    return String(JSON.parse(line).message ?? '')
  } catch {
    return ''
  }
}

function* nodesOf(node) {
  if (!node) return
  yield node
  for (const child of node.Plans ?? []) yield* nodesOf(child)
}

/** `((email)::text = 'x'::text)` → email: compared with a value, and with nothing else asked as well. */
const COMPARED =
  /^\(*([a-z_][a-z0-9_]*)\)*(?:::[\w ]+)?\)* = \(*(?:''|\$\d+|-?\d+(?:\.\d+)?)\)*(?:::[\w ]+(?:\(\d+\))?)?\)*$/
function columnsOf(filter) {
  const parts = filter.replace(/'(?:[^']|'')*'/g, "''").split(/\bAND\b/)
  const columns = parts.map((part) => COMPARED.exec(part.trim())?.[1])
  return columns.every((column) => column !== undefined) ? [...new Set(columns)] : []
}

const scans = new Map()
for (const { ms, plan } of plansIn(log))
  for (const node of nodesOf(plan)) {
    if (node['Node Type'] !== 'Seq Scan' || typeof node.Filter !== 'string') continue
    const loops = node['Actual Loops'] ?? 1
    const inVain = (node['Rows Removed by Filter'] ?? 0) * loops
    const read = inVain + (node['Actual Rows'] ?? 0) * loops
    const columns = columnsOf(node.Filter)
    const table = node['Relation Name']
    if (read < LEAST_ROWS || inVain / read < LEAST_IN_VAIN || columns.length === 0) continue
    if (![table, ...columns].every((name) => NAME.test(name))) continue
    const key = [table, ...columns].join(' ')
    const seen = scans.get(key) ?? { table, columns, count: 0, ms: 0, inVain: 0 }
    scans.set(key, { ...seen, count: seen.count + 1, ms: seen.ms + ms, inVain: seen.inVain + inVain })
  }

const [worst] = [...scans.values()].sort((a, b) => b.ms - a.ms)
if (worst) {
  const { table, columns, count, ms, inVain } = worst
  const index = `${table}_${columns.join('_')}_idx`.slice(0, 63)
  const why = `${count} slow queries took ${Math.round(ms)} ms and read ${inVain} rows of ${table} in vain, comparing ${columns.join(', ')}`
  // Locks nobody out, and is not done in a transaction: for those whose migrations run outside of one.
  const how = process.env.CONCURRENTLY === '1' ? ' CONCURRENTLY' : ''
  const isNew = writeMigration(
    `index_${index}`,
    `-- ${why}.\nCREATE INDEX${how} "${index}" ON "${table}" (${columns.map((name) => `"${name}"`).join(', ')});\n`,
    `DROP INDEX${how} "${index}";\n`,
  )
  console.log(
    isNew ? `index on ${table} (${columns.join(', ')}): ${why}` : `there is a migration for ${index} already`,
  )
} else console.log('no slow query that an index would help')
