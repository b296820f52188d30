// Grace on Grace: its own repository as a target, installed from its lock file, tested by its own tests, to `succeeded`.
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'
import { ownBots } from '../support/own-bot.ts'
import { shellIn } from '../support/shell.ts'

const open = ownBots()
const ROOT = new URL('../../', import.meta.url).pathname
const LEFT_BEHIND = new Set(['.git', 'node_modules', 'reports', 'coverage'])

const BEFORE = String.raw`const line = visible(text).replace(/\s+/g, ' ').trim()`
const AFTER = String.raw`const line = visible(text).trim().replace(/\s+/g, ' ')`

test('a change to Grace’s own code is installed, tested, voted on, merged and watched', async () => {
  const bot = await open()
  const repository = mkdtempSync(join(bot.lab.root, 'grace-'))
  cpSync(ROOT, repository, {
    recursive: true,
    filter: (path) => !LEFT_BEHIND.has(relative(ROOT, path).split(sep)[0]!),
  })
  const git = shellIn(repository, bot.lab.root)
  git(
    'git init -q -b main && git add -A && git commit -qm today && git config receive.denyCurrentBranch ignore',
  )
  const path = 'src/kernel/text.ts'
  const code = git(`cat ${path}`)
  expect(code).toContain(BEFORE)
  git('git checkout -q -b trimmed-once')
  await bot.restartsWith({
    target: {
      repository,
      install: 'npm ci',
      test: {
        command:
          'node_modules/.bin/vitest run --project unit test/unit/kernel --reporter=junit --outputFile=reports/junit.xml',
        report: 'reports/junit.xml',
        repetitions: 2,
      },
    },
  })
  writeFileSync(join(repository, path), `${code.replace(BEFORE, AFTER).trimEnd()}\n`)
  git('git commit -qam "Trims once" && git checkout -q main')

  const id = await bot.proposes({ title: 'Trims once', patch: undefined, ref: 'trimmed-once' })
  await bot.works()
  const measured = await bot.story(id)
  expect(measured.mission.phase, measured.mission.reason).toBe('discussion')
  await bot.traffic(120, 20)
  await bot.votes(id, 'ada', 'approve')
  await bot.works()
  expect((await bot.story(id)).mission).toMatchObject({ phase: 'monitoring' })
  expect(git(`git show main:${path}`)).toContain(AFTER)
  await bot.skip(61_000)
  await bot.traffic(60, 20)
  await bot.works()
  expect((await bot.story(id)).mission).toMatchObject({ outcome: 'succeeded' })
}, 600_000)
