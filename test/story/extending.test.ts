// docs/extending.md, as it stands there: a detector, a playbook and a way to deploy, one file each.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { listFindings } from '../../src/mission/list-findings.ts'
import { surveyByOwnDetector } from '../../src/mission/survey-repository.ts'
import { LIBRARY } from '../support/bot.ts'
import { ownBots } from '../support/own-bot.ts'
import { member } from '../support/people.ts'

const open = ownBots()
const DOCS = readFileSync(new URL('../../docs/extending.md', import.meta.url), 'utf8')

/** The code block of that name. */
function example(name: string): string {
  const found = new RegExp(`^\`\`\`\\w+ ${name.replace('.', '\\.')}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(DOCS)
  if (!found) throw new Error(`docs/extending.md has no ${name}`)
  return found[1]!
}

const FOCUSED = LIBRARY['test/sums.test.mjs'].replace("test('adds'", "test.only('adds'")

describe('what docs/extending.md shows', () => {
  test('finds focused tests, takes the focus off, and releases what was approved', async () => {
    const bot = await open({ files: { ...LIBRARY, 'test/sums.test.mjs': FOCUSED } })
    const place = join(bot.lab.root, 'own')
    mkdirSync(place)
    const put = (name: string): string => {
      writeFileSync(join(place, name), example(name))
      chmodSync(join(place, name), 0o755)
      return join(place, name)
    }
    const release = put('release.sh')
    await bot.restartsWith({
      files: { ...LIBRARY, 'test/sums.test.mjs': FOCUSED },
      target: {
        detectors: [
          {
            name: 'focused_tests',
            command: 'node "$GRACE_EVIDENCE/focused-tests.mjs"',
            evidence: { 'focused-tests.mjs': put('focused-tests.mjs') },
          },
        ],
        playbooks: [
          {
            name: 'unfocus',
            on: 'focused_tests',
            command: 'node "$GRACE_EVIDENCE/unfocus.mjs"',
            evidence: { 'unfocus.mjs': put('unfocus.mjs') },
          },
        ],
        deploy: {
          command: `${release} deploy`,
          rollback: `${release} rollback`,
          status: `${release} status`,
          environment: { ORIGIN: bot.target.repository, RELEASES: place },
        },
      },
    })
    const detector = () => bot.control.config.targets.get('shop')!.detectors[0]!
    await bot.traffic(120, 20)
    await surveyByOwnDetector(bot.control, 'shop', detector())
    const [finding] = await listFindings(bot.control, member('ada'), 'shop')
    expect(finding).toMatchObject({
      detector: 'focused_tests',
      fields: { path: 'test/sums.test.mjs' },
      summary: 'test/sums.test.mjs focuses on one test (line 4): its others are not run',
      becomes: { as: 'seen' },
    })
    await bot.works()
    const [{ id } = { id: '' }] = await bot.db.superuser<{ id: string }[]>`select id from grace.missions`
    const { mission, candidate } = await bot.story(id)
    expect(mission, mission.reason).toMatchObject({
      phase: 'discussion',
      title: 'Run all tests of test/sums.test.mjs',
    })
    expect(candidate?.authors).toEqual([{ kind: 'grace', id: 'playbook:unfocus' }])
    await bot.votes(id, 'ada', 'approve')
    await bot.works()
    expect((await bot.story(id)).mission.phase).toBe('monitoring')
    expect(readFileSync(join(place, 'live/test/sums.test.mjs'), 'utf8')).toBe(LIBRARY['test/sums.test.mjs'])
    // Nothing is left to be found, and the last answer says so.
    await surveyByOwnDetector(bot.control, 'shop', detector())
    expect(await listFindings(bot.control, member('ada'), 'shop')).toEqual([])
  })
})
