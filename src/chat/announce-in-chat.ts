// What an announcement sets in motion on the platforms: the card is shown anew, and the thread told.
import { type Announcement, announcementText, stepName } from '../cards/announcement.ts'
import { isForThread } from '../cards/thread.ts'
import type { Config } from '../config/config.ts'
import type { Effect } from '../kernel/work.ts'
import type { PublicationKey } from '../ledger/publication.ts'
import type { MissionControl } from '../mission/context.ts'
import type { Mission } from '../mission/mission.ts'
import { channelsOf } from './channels.ts'
import type { Platform } from './person.ts'
import { pullRequestEffects } from './show-on-pull-request.ts'

/** A message is edited about this often at most, whatever happens to its mission: the last state wins. */
export const EDIT_EVERY_MS = 1_500

/** In a commit of its own: the announcement is an effect already, and made again it adds nothing new. */
export async function announceInChat(
  ctx: Pick<MissionControl, 'transact' | 'config'>,
  running: ReadonlySet<Platform>,
  mission: Mission,
  announcement: Announcement,
  source: string,
): Promise<void> {
  const effects = [
    ...effectsOf(ctx.config, running, mission, announcement, source),
    ...pullRequestEffects(ctx.config, mission),
  ]
  if (effects.length === 0) return
  await ctx.transact(async ({ outbox, publications }) => {
    await outbox.add(effects)
    for (const { payload } of effects)
      if (payload.checkpoint) await publications.queue(payload.checkpoint as unknown as PublicationKey)
  })
}

/** `source` is distinct for every announcement, and the same when it is made again. */
function effectsOf(
  config: Config,
  running: ReadonlySet<Platform>,
  mission: Mission,
  announcement: Announcement,
  source: string,
): Effect[] {
  const { event } = announcement
  return channelsOf(config, mission.target)
    .filter(({ platform }) => running.has(platform))
    .flatMap(({ platform, channel }): Effect[] => {
      const card = { mission: mission.id, channel }
      const said = (what: string, payload: Effect['payload']): Effect => ({
        kind: `say:${platform}`,
        payload: { ...card, ...payload, key: `${source}:${platform}:${channel}:${what}` },
      })
      if (event === 'checkpoint') {
        const { mission: of, size, note } = announcement as Announcement & { size: number; note: string }
        const checkpoint = { mission: of, size, platform, channel }
        const line = announcementText(announcement)
        // By what it is, not by when it was asked for: the same one is never said twice.
        const key = `checkpoint:${of}:${size}:${platform}:${channel}`
        return [{ kind: `say:${platform}`, payload: { ...card, line, code: note, checkpoint, key } }]
      }
      return [
        refresh(platform, channel, mission.id, SMALL.has(event) ? EDIT_EVERY_MS : 200),
        ...(isForThread(event) ? [said('line', { line: announcementText(announcement) })] : []),
        ...(event === 'tested' ? [said('evidence', { evidence: true })] : []),
      ]
    })
}

/** They come often, and none of them changes where a mission stands. */
const SMALL = new Set(['voted', 'feedback', 'watched'])

/** The last of many that are wanted while one is outstanding is the one that is carried out. */
export const refresh = (
  platform: Platform,
  channel: string,
  mission: string,
  afterMs: number,
  tries = 0,
): Effect => ({
  kind: `card:${platform}`,
  payload: { mission, channel, tries },
  key: `card:${platform}:${channel}:${mission}`,
  afterMs,
})

/** A running test's progress, in steps of a tenth: kept for the card, which is shown anew. */
export const noteProgress =
  (
    ctx: Pick<MissionControl, 'transact' | 'config'>,
    running: ReadonlySet<Platform>,
  ): MissionControl['progress'] =>
  (mission) => {
    let last = ''
    return (step, done) => {
      const tenths = Math.floor(done * 10) / 10
      const now = `${step} ${tenths}`
      if (now === last) return
      last = now
      void ctx
        .transact(async ({ missions, outbox }) => {
          await missions.noteProgress(mission.id, { step: stepName(step), done: tenths })
          await outbox.add(
            channelsOf(ctx.config, mission.target)
              .filter(({ platform }) => running.has(platform))
              .map(({ platform, channel }) => refresh(platform, channel, mission.id, EDIT_EVERY_MS)),
          )
        })
        // What is lost is a bar that stands still for a moment.
        .catch(() => {})
    }
  }
