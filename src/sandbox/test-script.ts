// What a package's test script runs, as raw words: they go back to the shell as they were written.

export type NodeRunner = 'node:test' | 'vitest' | 'jest' | 'mocha' | 'tap' | 'tape' | 'ava'

export interface TestRun {
  readonly runner: NodeRunner
  /** Commands that it needs done first (`tsc && mocha`, pretest), and what posttest does. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** `NODE_ENV=test`, `cross-env …` */
  readonly environment: readonly string[]
  readonly cover?: { readonly tool: 'c8' | 'nyc'; readonly options: readonly string[] }
  /** `mocha`, or `node --experimental-vm-modules node_modules/jest/bin/jest.js`. */
  readonly launch: readonly string[]
  readonly args: readonly string[]
}

export interface Package {
  readonly scripts: Readonly<Record<string, string>>
  /** Names of what it depends on, for development or not. */
  readonly dependencies: ReadonlySet<string>
}

const TOOLS: Readonly<Record<string, NodeRunner>> = {
  mocha: 'mocha',
  _mocha: 'mocha',
  'ts-mocha': 'mocha',
  ava: 'ava',
  jest: 'jest',
  vitest: 'vitest',
  tap: 'tap',
  tape: 'tape',
}
/** Says something of the code, its documentation, or what the tests covered, and prepares nothing for them. */
const CHECKS =
  /^(?:eslint|xo|standard|semistandard|ts-standard|neostandard|prettier|biome|oxlint|jshint|stylelint|tsd|dtslint|attw|publint|knip|depcheck|ls-lint|lockfile-lint|markdownlint(?:-cli2)?|remark|cspell|commitlint|npmpkgjsonlint|codecov|coveralls|evalmd|eclint|echo|true|size-limit)$/
const MOST_DEEP = 8

/** Parts of a script between && || and ; as they were written, quotes and all. */
const partsOf = (script: string): string[] =>
  (script.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^"'\\&;|]|(?<!&)&(?!&)|(?<!\|)\|(?!\|))+/gs) ?? [])
    .map((part) => part.trim())
    .filter(Boolean)
const wordsOf = (part: string): string[] => part.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/gs) ?? []

/** `./node_modules/.bin/mocha`, `node_modules/mocha/bin/mocha.js` and `mocha` are mocha. */
const toolOf = (word: string | undefined): string =>
  /^(?:\.\/)?node_modules\/(?:\.bin|[\w@/-]+?(?:\/bin)?)\/([\w-]+?)(?:\.[cm]?js)?$/.exec(word ?? '')?.[1] ??
  word ??
  ''

/** Undefined where the script runs no runner that is known. */
export function testRunOf(pkg: Package, name = 'test', deep = 0): TestRun | undefined {
  const script = pkg.scripts[name]
  if (script === undefined || deep > MOST_DEEP) return undefined
  const before = neededOf(pkg, `pre${name}`)
  for (const part of partsOf(script)) {
    const run = runOfWords(pkg, wordsOf(part), deep)
    if (run)
      return {
        ...run,
        before: [...before, ...run.before],
        // What stands behind the runner in the same script are checks: it has ended.
        after: [...run.after, ...neededOf(pkg, `post${name}`)],
      }
    if (!isCheck(pkg, part)) before.push(part)
  }
  return undefined
}

const neededOf = (pkg: Package, name: string): string[] =>
  partsOf(pkg.scripts[name] ?? '').filter((part) => !isCheck(pkg, part))

function isCheck(pkg: Package, part: string, deep = 0): boolean {
  const { rest } = withoutLaunchers(wordsOf(part))
  const tool = toolOf(rest[0])
  if (CHECKS.test(tool) || (tool === 'tsc' && rest.some((word) => /^--?noEmit$/i.test(word)))) return true
  // `npx npm@'>=10.2' audit`: about dependencies, and asks the registry.
  if (/^(?:npm|pnpm|yarn)(?:@|$)/.test(tool) && rest[1] === 'audit') return true
  if ((tool === 'c8' || tool === 'nyc') && /^(?:report|check-coverage)$/.test(rest[1] ?? '')) return true
  const name = scriptOf(pkg, rest)?.name
  const script = name === undefined ? undefined : pkg.scripts[name]
  return (
    script !== undefined && deep < MOST_DEEP && partsOf(script).every((one) => isCheck(pkg, one, deep + 1))
  )
}

/** Without `npx` and the like, since node_modules/.bin is in PATH; and with what sets variables apart. */
function withoutLaunchers(words: readonly string[]): { environment: string[]; rest: string[] } {
  const environment: string[] = []
  const rest = [...words]
  for (;;) {
    const [word = '', next = ''] = rest
    if (/^\w+=/.test(word) || word === 'cross-env' || word === 'env') environment.push(rest.shift()!)
    else if (word === 'npx') {
      rest.shift()
      while (rest[0]?.startsWith('-')) rest.shift()
    } else if (/^(?:npm|pnpm|yarn)$/.test(word) && next === 'exec') {
      rest.splice(0, 2)
      if (rest[0] === '--') rest.shift()
    } else return { environment, rest }
  }
}

/** The script that `npm run x`, `npm test`, `yarn x` or `pnpm x` runs, and what it is given besides. */
function scriptOf(pkg: Package, words: readonly string[]): { name: string; extra: string[] } | undefined {
  if (!/^(?:npm|pnpm|yarn)$/.test(words[0] ?? '')) return undefined
  const rest = words.slice(1).filter((word) => !/^(?:-s|--silent|-q|--quiet)$/.test(word))
  const given = /^run(?:-script)?$/.test(rest[0] ?? '')
  const name = given ? rest[1] : rest[0] === 't' ? 'test' : rest[0]
  if (name === undefined || !Object.hasOwn(pkg.scripts, name)) return undefined
  const extra = rest.slice(given ? 2 : 1)
  return { name, extra: extra[0] === '--' ? extra.slice(1) : extra }
}

function runOfWords(pkg: Package, words: readonly string[], deep: number): TestRun | undefined {
  if (deep > MOST_DEEP) return undefined
  const pipe = words.indexOf('|')
  const { environment, rest } = withoutLaunchers(pipe < 0 ? words : words.slice(0, pipe))
  const inner = innerRun(pkg, rest, deep)
  return inner && { ...inner, environment: [...environment, ...inner.environment] }
}

function innerRun(pkg: Package, words: readonly string[], deep: number): TestRun | undefined {
  const tool = toolOf(words[0])
  const script = scriptOf(pkg, words)
  if (script) {
    const run = testRunOf(pkg, script.name, deep + 1)
    return run && { ...run, args: [...run.args, ...script.extra] }
  }
  if (/^(?:run-s|run-p|npm-run-all2?)$/.test(tool)) return firstOf(pkg, words.slice(1), deep)
  if (tool === 'c8' || tool === 'nyc') return covered(pkg, tool, words.slice(1), deep)
  const plain = { before: [], after: [], environment: [] }
  if (Object.hasOwn(TOOLS, tool))
    return { ...plain, runner: TOOLS[tool]!, launch: [words[0]!], args: words.slice(1) }
  if (tool !== 'node' && tool !== 'tsx') return undefined
  if (words.includes('--test'))
    return { ...plain, runner: 'node:test', launch: [words[0]!], args: words.slice(1) }
  const bin = words.findIndex(
    (word, at) => at > 0 && word.includes('node_modules/') && Object.hasOwn(TOOLS, toolOf(word)),
  )
  if (bin > 0)
    return {
      ...plain,
      runner: TOOLS[toolOf(words[bin])]!,
      launch: words.slice(0, bin + 1),
      args: words.slice(bin + 1),
    }
  // A file that is run by itself and uses one of these prints TAP.
  const prints = (['tape', 'tap'] as const).find((name) => pkg.dependencies.has(name))
  return prints && words.length > 1 ? { ...plain, runner: 'tape', launch: [...words], args: [] } : undefined
}

/** npm-run-all: the first of its scripts that runs tests; those before it are needed unless they are checks. */
function firstOf(pkg: Package, words: readonly string[], deep: number): TestRun | undefined {
  const before: string[] = []
  const patterns = words
    .filter((word) => !word.startsWith('-'))
    .map((word) => word.replace(/^(["'])(.*)\1$/, '$2'))
  for (const pattern of patterns) {
    // `test:*` is one level of names, `test:**` all.
    const names = Object.keys(pkg.scripts).filter((name) =>
      pattern.endsWith('*') ? name.startsWith(pattern.replace(/\*+$/, '')) : name === pattern,
    )
    for (const name of names) {
      const run = testRunOf(pkg, name, deep + 1)
      if (run) return { ...run, before: [...before, ...run.before] }
      if (!isCheck(pkg, `npm run ${name}`)) before.push(`npm run ${name}`)
    }
  }
  return undefined
}

/** Options of c8 and nyc take values with or without "=": what they run begins at the first word that is a command. */
function covered(
  pkg: Package,
  tool: 'c8' | 'nyc',
  words: readonly string[],
  deep: number,
): TestRun | undefined {
  const at = words.findIndex(
    (word) =>
      Object.hasOwn(TOOLS, toolOf(word)) ||
      /^(?:node|tsx|npm|npx|pnpm|yarn|cross-env|run-s|run-p)$/.test(word),
  )
  const run = at < 0 ? undefined : runOfWords(pkg, words.slice(at), deep + 1)
  return run && { ...run, cover: { tool, options: words.slice(0, at).filter((word) => word !== '--') } }
}
