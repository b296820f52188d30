// What is wrong with the branch as it is: Hunter over the tree, and scanners of the target's own.
import { describe, expect, test } from 'vitest'
import { listFindings } from '../../src/mission/list-findings.ts'
import { surveyByHunter, surveyByScanners } from '../../src/mission/survey-security.ts'
import { LIBRARY } from '../support/bot.ts'
import { ownBots } from '../support/own-bot.ts'
import { member } from '../support/people.ts'

const open = ownBots()
const DECODES = "export const run = () => eval(Buffer.from(process.argv[2], 'base64').toString())\n"

/** Writes what SARIF says an error and a warning is, for each file that has the word. */
const SCANNER = `node -e '
const fs = require("fs")
const hits = fs.readdirSync("src").filter((name) => fs.readFileSync("src/" + name, "utf8").includes("eval("))
const result = (level) => (name) => ({ ruleId: "no-" + level, level, message: { text: "x" }, locations: [{ physicalLocation: { artifactLocation: { uri: "src/" + name }, region: { startLine: 1 } } }] })
fs.mkdirSync("reports", { recursive: true })
fs.writeFileSync("reports/scan.sarif", JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "scan", rules: [] } }, results: [...hits.map(result("error")), ...hits.map(result("warning"))] }] }))
'`
const missions = (bot: Awaited<ReturnType<typeof open>>) =>
  bot.db
    .superuser`select m.title, m.claims, o.detector, o.fields, o.evidence from grace.missions m join grace.opportunities o on o.id = m.opportunity order by m.number`

describe('the branch as it is', () => {
  test('what Hunter would hold a change for is a mission, once', async () => {
    const bot = await open({ files: { ...LIBRARY, 'src/run.mjs': DECODES }, target: { hunter: true } })
    await surveyByHunter(bot.control, 'shop')
    await surveyByHunter(bot.control, 'shop')
    const found = await missions(bot)
    expect(found).toMatchObject([
      {
        detector: 'hunter',
        fields: { tool: 'Hunter' },
        evidence: { places: ['src/run.mjs:1'] },
        claims: [{ kind: 'no_harm' }],
      },
    ])
    expect(found[0]!.title).toMatch(/^Mend what Hunter says of shop: /)
    bot.pushes('src/run.mjs', 'export const run = () => 1\n')
    await surveyByHunter(bot.control, 'shop')
    expect(await listFindings(bot.control, member('ada'), 'shop')).toEqual([])
  })

  test('errors of a scanner are a finding for each rule; one without a report leaves the last answer', async () => {
    const scanner = { name: 'scan', command: SCANNER, report: 'reports/scan.sarif' }
    const files = { ...LIBRARY, 'src/run.mjs': DECODES, 'src/again.mjs': DECODES }
    const bot = await open({ files, target: { scanners: [scanner] } })
    await surveyByScanners(bot.control, 'shop')
    expect(await missions(bot)).toMatchObject([
      {
        detector: 'scanners',
        fields: { tool: 'scan', rule: 'no-error' },
        evidence: { places: ['src/again.mjs:1', 'src/run.mjs:1'] },
      },
    ])
    bot.pushes('README.md', 'another commit\n')
    await bot.restartsWith({ files, target: { scanners: [{ ...scanner, command: 'exit 3' }] } })
    await expect(surveyByScanners(bot.control, 'shop')).rejects.toMatchObject({ code: 'no_findings_report' })
    expect(await listFindings(bot.control, member('ada'), 'shop')).toHaveLength(1)
  })
})
