// What Grace says when something happens to a mission: one line each, the same on every surface.
import { shortName } from '../kernel/ids.ts'
import { oneLine } from '../kernel/text.ts'
import type { Mission } from '../mission/mission.ts'
import { stopSentence } from '../mission/stop.ts'

/** The payload of an `announce` effect. */
export interface Announcement {
  readonly mission: string
  readonly event: string
  readonly [detail: string]: unknown
}

const text = (value: unknown): string => oneLine(String(value ?? ''), 300)

const span = (ms: unknown): string => {
  const seconds = Math.round(Number(ms) / 1000)
  if (seconds < 120) return `${seconds} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`
}

export const ENDINGS: Readonly<Record<string, string>> = {
  succeeded: '✅ Complete',
  rolled_back: '↩️ Rolled back',
  cancelled: '🚫 Cancelled',
  expired: '⌛ Expired',
  failed: '❌ Failed',
  superseded: '🔁 Superseded',
  inconclusive: '❔ Inconclusive',
}

const SENTENCES: Readonly<Record<string, (a: Announcement) => string>> = {
  detected: (a) => `🔍 Detected: ${text(a.summary)}`,
  proposed: (a) => `🛠️ Proposed: ${text(a.what)}`,
  awaiting_candidate: (a) => `✋ ${a.measured ? 'Held' : 'Waiting for a change'}: ${text(a.why)}`,
  base_moved: (a) => `🔀 ${text(a.branch)} moved to ${text(a.head)}`,
  testing: (a) => `🧪 Testing revision ${text(a.revision)} against today's code…`,
  tested: (a) =>
    `Trust score: ${text(a.trust)} (${text(a.threshold)} needed)${a.hold ? `. Held: ${text(a.hold).replace(/\.$/, '')}` : ''}${a.open ? `. In the way: ${text(a.open)}` : ''}`,
  awaiting_vote: (a) =>
    `🗳️ Awaiting your vote… ${text(a.session)}${Number(a.carried) > 0 ? ` (${text(a.carried)} ballots carried over: only the base moved)` : ''}`,
  voted: (a) => `🗳️ ${text(a.member)}: ${text(a.vote)}`,
  reminder: (a) => `⏰ ${text(a.left)} left to vote. Not voted yet: ${text(a.missing)}`,
  revising: (a) => `🛠️ A revision with the feedback so far is asked for by ${text(a.member)}`,
  not_revised: (a) => `🛠️ No revision: ${text(a.why)}`,
  feedback: (a) => `💬 Feedback from ${text(a.member)}`,
  dwelling: (a) => `⏳ Passing; open ${span(a.ms)} more, so that a reject can still come`,
  session_voided: (a) =>
    `🔁 The vote is void: ${text(a.why)}${a.voters ? ` No longer counted: ${text(a.voters)}.` : ''}`,
  approved: (a) => `🤝 ${text(a.why)}`,
  held: (a) => `✋ Held by: ${text(a.why)}`,
  unlocked: () => '🔓 Unlocked: all six conditions hold, PostgreSQL agrees',
  merging: () => '🚀 Merging the approved change…',
  deploying: (a) => `🚀 Deploying ${text(a.revision).slice(0, 12)}…`,
  watching: (a) => `📊 Live. Watching for ${span(a.ms)}…`,
  watched: (a) => `📊 ${text(a.what)}`,
  rollback_too_late: (a) =>
    `↩️ Not rolled back: the watch was over already (${text(a.why)}). Propose the reverse change`,
  stopped: (a) => `🛑 ${stopSentence({ by: text(a.by), reason: text(a.why) })}`,
  stop_lifted: () => '▶️ The stop is lifted: what is voted for goes live again',
  checkpoint: (a) =>
    `📜 The ledger stands at ${text(a.size)} entries. Keep this: what they say can’t be rewritten unnoticed any more (node verify-ledger.mjs)`,
  capa_due: (a) => `🩹 ${text(a.what)}`,
  capa_closed: (a) => `🩹 ${text(a.what)}`,
  detectors_rest: (a) => `💤 ${text(a.why)}`,
  rolling_back: (a) => `↩️ Rolling back: ${text(a.why)}`,
  completed: (a) =>
    `${a.outcome === 'succeeded' ? `${ENDINGS.succeeded} (succeeded)` : (ENDINGS[String(a.outcome)] ?? '🏁')}: ${text(a.why)}`,
}

export function announcementText(announcement: Announcement): string {
  const sentence = SENTENCES[announcement.event]
  return sentence ? sentence(announcement) : text(announcement.event)
}

export const announcementLine = (announcement: Announcement, mission: Mission): string =>
  `[AUTONOMOUS] ${announcementText(announcement)} · ${shortName(mission.number)}`

const STEPS: Readonly<Record<string, string>> = {
  install: 'installing dependencies',
  tests: 'tests on both sides',
  bench: 'bench, interleaved',
  load: 'load, interleaved',
}

export const stepName = (step: string): string => STEPS[step] ?? step

export const progressLine = (mission: string, step: string, done: number): string =>
  `[AUTONOMOUS] 🧪 ${stepName(step)}: ${Math.round(done * 100)} % · ${mission}`
