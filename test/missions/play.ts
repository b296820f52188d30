// The missions of one package, one after the other on one Grace: real database, git, sandbox and jobs. Its live service
// alone is told: it is steady.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { kpiVerdict } from '../../src/trust/kpi.ts'
import { type Bot, openBot } from '../support/bot.ts'
import { type RealMission, type RealPackage, type Tree, treeOf, twisted } from './package.ts'

export interface Result {
  readonly id: string
  readonly kind: RealMission['kind']
  readonly ok: boolean
  readonly live: boolean
  readonly outcome: string
  readonly trust: string
  /** KPIs that are said to be better. */
  readonly improved: readonly string[]
  /** Holds, or what else kept it; and each KPI's figures. */
  readonly why: readonly string[]
  readonly seconds: number
}

const MEMBERS = ['ada', 'ben']
/** What was not measured shows nothing: such a mission never counts as held for its faults. */
const NOT_MEASURED = '—'

export async function* play(
  real: RealPackage,
  missions: readonly RealMission[],
): AsyncGenerator<Result, void> {
  const name = real.repository.split('/')[1]!
  const original = treeOf(real)
  let standing = twisted(original, real, missions[0]!.from)
  const bot = await openBot({
    files: standing,
    members: MEMBERS,
    policy: { max_open_missions: 1_000, max_executions_per_day: 1_000, max_changed_lines: 10_000 },
    // Nothing of the story's own target: the package's tests are found, or given with it.
    target: { test: undefined, bench: undefined, ...real.target },
  })
  const patchFile = join(bot.lab.root, 'mission.patch')
  const put = (tree: Tree): void => {
    bot.git('git reset -q --hard')
    write(bot, standing, tree)
    standing = tree
  }
  try {
    for (const mission of missions) {
      const begun = performance.now()
      const from = twisted(original, real, mission.from)
      put(from)
      bot.git('git add -A -f && git commit -q --allow-empty -m "As it stands"')
      put(twisted(original, real, mission.to))
      bot.git('git add -A -f')
      bot.git(`git diff --cached --no-color --binary --output=${patchFile}`)
      const patch = readFileSync(patchFile, 'utf8')
      put(from)
      bot.git('git reset -q --hard')
      const found = await oneMission(bot, mission, patch).catch((error: Error) => ({
        live: false,
        outcome: 'error',
        trust: NOT_MEASURED,
        improved: [],
        why: [error.message],
      }))
      yield {
        id: `${name}/${mission.id}`,
        kind: mission.kind,
        ok:
          found.trust !== NOT_MEASURED &&
          (mission.kind === 'good'
            ? found.live
            : mission.kind === 'bad'
              ? !found.live
              : found.improved.length === 0),
        ...found,
        seconds: Math.round((performance.now() - begun) / 1000),
      }
    }
  } finally {
    await bot.close()
  }
}

function write(bot: Bot, before: Tree, after: Tree): void {
  for (const path of Object.keys(before))
    if (!(path in after)) rmSync(join(bot.target.repository, path), { force: true })
  for (const [path, text] of Object.entries(after)) {
    if (before[path] === text) continue
    mkdirSync(dirname(join(bot.target.repository, path)), { recursive: true })
    writeFileSync(join(bot.target.repository, path), text)
  }
}

async function oneMission(bot: Bot, mission: RealMission, patch: string) {
  const before = bot.git('git rev-parse main')
  await bot.traffic(120, 20)
  const id = await bot.proposes({
    title: mission.id,
    description: `From ${mission.from.join(', ') || 'the package'} to ${mission.to.join(', ') || 'the package'}`,
    rationale: 'A mission on a real package',
    patch,
    claims: mission.claims ?? [],
  })
  await bot.works()
  const card = await bot.card(id)
  const report = (await bot.story(id)).measured?.evidence.report ?? []
  for (const who of MEMBERS) if ((await bot.story(id)).mission.session) await bot.votes(id, who, 'approve')
  await bot.works()
  const live = bot.git('git rev-parse main') !== before
  if (live) {
    await bot.skip(61_000)
    await bot.traffic(50, 20)
    await bot.works()
  }
  const ended = (await bot.story(id)).mission
  return {
    live,
    outcome: `${ended.phase}/${ended.outcome ?? ended.reason}`,
    trust: card.trust?.shown ?? NOT_MEASURED,
    improved: report.filter((row) => kpiVerdict(row) === 'better').map((row) => row.kpi),
    why: [
      ...card.holds,
      ...card.checks
        .filter(({ verdict }) => verdict !== 'pass' && verdict !== 'not_applicable')
        .map(({ title, verdict, reason }) => `${title}: ${verdict}: ${reason}`),
      ...(card.trust ? [] : [ended.reason ?? '']),
      ...report.map(
        (row) =>
          `${row.kpi}: ${kpiVerdict(row)} [${row.lower}, ${row.upper}] claim ${row.claim}; ${row.note}`,
      ),
    ],
  }
}
