// Commands that only look. Their answers are private.
import { cardOf } from '../cards/card.ts'
import { historyLine } from '../cards/history.ts'
import { reply } from '../cards/post.ts'
import { summaryOf } from '../cards/summary.ts'
import { inTheWayLines, waterfallLines } from '../cards/trust-lines.ts'
import { shortName } from '../kernel/ids.ts'
import { Refusal } from '../kernel/refusal.ts'
import { oneLine } from '../kernel/text.ts'
import { auditMission } from '../mission/audit-mission.ts'
import { becomesSentence, listFindings } from '../mission/list-findings.ts'
import { listMissions, type MissionRow } from '../mission/list-missions.ts'
import { PHASES, type Phase } from '../mission/phases.ts'
import { readMission } from '../mission/read-mission.ts'
import { percent } from '../trust/trust.ts'
import type { Acting, Arg, Command } from './command.ts'
import { missionIdOf } from './mission-id.ts'

const PER_PAGE = 10
export const MISSION: Arg = { name: 'mission', required: true, help: 'M-12' }

const phaseOf = (text: string | undefined): Phase | undefined => {
  if (text === undefined || text === '' || text === 'all') return undefined
  const phase = PHASES.find((one) => one === text.toLowerCase())
  if (phase) return phase
  throw new Refusal(
    'invalid',
    'phase_unknown',
    `${JSON.stringify(text.slice(0, 40))} is no phase.`,
    `Phases are ${PHASES.join(', ')}.`,
  )
}

/** Not live, and it would not get there as it stands. */
const isHeld = ({ mission: { phase, heldBy }, trust, open }: MissionRow, needed = 9_500): boolean =>
  heldBy.length > 0 ||
  (['sandbox_testing', 'discussion', 'consensus'].includes(phase) &&
    (open || (trust !== null && trust < needed)))

const list: Command<Acting> = {
  slash: 'missions',
  name: 'list',
  args: [
    { name: 'phase', required: false, help: PHASES.join(', ') },
    { name: 'target', required: false, help: 'a target of grace.yaml' },
    { name: 'page', required: false, help: 'where to go on' },
  ],
  role: 'reader',
  help: 'missions, newest first',
  example: '/missions list discussion',
  async run(ctx, { actor }, { phase, target, page }) {
    const known = ctx.control.config.targets
    // `/missions list shop`: one word is a phase or a target.
    const [ofPhase, ofTarget] =
      phase !== undefined && target === undefined && known.has(phase) ? [undefined, phase] : [phase, target]
    if (ofTarget !== undefined && !known.has(ofTarget))
      throw new Refusal(
        'not_found',
        'target_not_found',
        `There is no target ${JSON.stringify(ofTarget.slice(0, 40))}.`,
        `Targets are ${[...known.keys()].join(', ')}.`,
      )
    const found = await listMissions(ctx.list, actor, {
      limit: PER_PAGE,
      phase: phaseOf(ofPhase),
      target: ofTarget,
      ...(/^\d{1,9}$/.test(page ?? '') ? { before: Number(page) } : {}),
    })
    if (found.rows.length === 0)
      return reply('Missions', 'There are none. Propose one with /missions propose.')
    return {
      title: `Missions (${found.total})`,
      lines: found.rows.map((row) =>
        [
          shortName(row.mission.number),
          row.mission.outcome ?? row.mission.phase,
          row.trust === null ? 'not measured' : `trust ${percent(row.trust)}`,
          ...(isHeld(row, known.get(row.mission.target)?.policy.trust_threshold) ? ['held'] : []),
          row.mission.target,
          oneLine(row.mission.title, 80),
        ].join(' · '),
      ),
      buttons:
        found.next === null
          ? []
          : [
              {
                action: 'list:next',
                about: [found.next, ofPhase ?? '', ofTarget ?? ''].join('|'),
                label: 'Next page',
                style: 'plain',
              },
            ],
    }
  },
}

const show: Command<Acting> = {
  slash: 'missions',
  name: 'show',
  args: [MISSION],
  role: 'reader',
  help: 'one mission: where it stands, its KPIs, its vote',
  example: '/missions show M-12',
  async run(ctx, { actor }, values) {
    const story = await readMission(ctx.control, actor, await missionIdOf(ctx, values))
    return summaryOf(cardOf(story, ctx.control.config))
  },
}

const why: Command<Acting> = {
  slash: 'missions',
  name: 'why',
  args: [MISSION],
  role: 'reader',
  help: 'the trust score, step by step, and what would bring it to the threshold',
  example: '/missions why M-12',
  async run(ctx, { actor }, values) {
    const story = await readMission(ctx.control, actor, await missionIdOf(ctx, values))
    const card = cardOf(story, ctx.control.config)
    if (!card.trust) return reply(`${card.name}: why`, 'Nothing is measured yet.', card.state)
    return reply(
      `${card.name}: trust ${card.trust.shown} of ${card.trust.threshold} needed`,
      ...waterfallLines(card.trust),
      card.trust.formula === card.trust.shown
        ? `The formula says ${card.trust.formula}.`
        : `The formula says ${card.trust.formula}; with a hold nothing above ${card.trust.shown} is shown.`,
      ...inTheWayLines(card),
    )
  },
}

const audit: Command<Acting> = {
  slash: 'missions',
  name: 'audit',
  args: [MISSION],
  role: 'reader',
  help: "the ledger's story of a mission",
  example: '/missions audit M-12',
  async run(ctx, { actor }, values) {
    const { mission, entries } = await auditMission(ctx.control, actor, await missionIdOf(ctx, values))
    return reply(
      `${shortName(mission.number)} in the ledger: ${entries.length} entries`,
      ...entries.map(
        (entry) =>
          `${entry.seq === null ? 'queued' : `#${entry.seq}`} · ${entry.at.slice(0, 19)}Z · ${entry.actor} · ${historyLine(entry)}`,
      ),
    )
  },
}

const findings: Command<Acting> = {
  slash: 'missions',
  name: 'findings',
  args: [{ name: 'target', required: false, help: 'a target of grace.yaml; nothing: all' }],
  role: 'reader',
  help: 'what detectors see now, and what would become of it; nothing is opened',
  example: '/missions findings shop',
  async run(ctx, { actor }, { target }) {
    const names = target === undefined ? [...ctx.control.config.targets.keys()] : [target]
    const lines: string[] = []
    for (const name of names)
      for (const { summary, becomes } of await listFindings(ctx.control, actor, name))
        lines.push(`${summary}. ${becomesSentence(becomes)}`)
    return reply('Findings', ...(lines.length > 0 ? lines : ['Detectors find nothing.']))
  },
}

export const READING: readonly Command<Acting>[] = [list, show, why, audit, findings]
