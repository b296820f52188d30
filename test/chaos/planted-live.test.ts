// Bugs planted into what comes after the vote: unlock, merge, deployment, watch, rollback, and what they leave behind.
import { appendFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { attestCheck } from '../../src/mission/attest-check.ts'
import { GOOD, MORE_TESTS } from '../support/bot.ts'
import { member } from '../support/people.ts'
import { CHANGES } from './changes-by-root.ts'
import { RULES } from './checker.ts'
import { doHarm, endWell, expectFound, goLive, planting } from './stories.ts'

const { trunk, onBranch } = planting()

describe('planted into what follows, it is found that', () => {
  test('the gate lets through what is held', async () => {
    const b = await onBranch()
    await b.sql`
      create or replace function grace.gate() returns trigger language plpgsql as
        $$ begin new.state := 'unlocked'; new.unlocked_at := grace.now(); return new; end $$`
    b.plant(({ evidence }) => ({
      evidence: {
        ...evidence,
        async find(id) {
          const record = await evidence.find(id)
          const report = record?.report.map((row) => ({ ...row, claim: null, lower: 0, upper: 0 }))
          return record && { ...record, report: report!, holds: [] }
        },
        // The check that recomputes the report is not asked again either.
        async standing(id) {
          const checks = await evidence.standing(id)
          return checks.map((one) => (one.family === 'security' ? { ...one, validUntil: null } : one))
        },
      },
    }))
    await goLive(b, trunk().held)
    await attestCheck(b.control, member('ada'), trunk().held, 'fairness', 'a comment, no condition')
    await b.works()
    await expectFound(b, { conditions: /held: .*test_regressed:means/ })
  })

  test('another tree is merged than was approved', async () => {
    const b = await onBranch()
    const { delivery } = b.executor
    b.executor.delivery = {
      ...delivery,
      async merge(target, request) {
        const other = await b.control.repositories.fromPatch(target, request.baseCommit, MORE_TESTS)
        return delivery.merge(target, { ...request, tree: other.tree })
      },
    }
    await endWell(b, trunk().good)
    await expectFound(b, { merge: /has the tree .* was approved$/ })
  })

  test('what one session unlocked is merged twice', async () => {
    const b = await onBranch()
    const { delivery } = b.executor
    b.executor.delivery = {
      ...delivery,
      async merge(target, request) {
        const first = await delivery.merge(target, request)
        const { commit } = first as Extract<typeof first, { commit: string }>
        b.git(
          `git update-ref refs/heads/main $(git log -1 --format=%B | git commit-tree ${request.tree} -p ${commit})`,
        )
        return first
      },
    }
    await endWell(b, trunk().good)
    await expectFound(b, { merge: /: it was merged 2 times$/ })
  })

  test('something else is deployed than was merged', async () => {
    const b = await onBranch()
    const { delivery } = b.executor
    b.executor.delivery = {
      ...delivery,
      deploy: (target, of) => delivery.deploy(target, { ...of, revision: of.previous }),
    }
    await endWell(b, trunk().good)
    await expectFound(b, { deploy: /^shop, line 1 .*: its commit is / })
  })

  test('the sequencer skips an entry', async () => {
    const b = await onBranch()
    b.plant(({ sequencing }) => ({
      sequencing: {
        ...sequencing,
        unnumbered: async (limit) =>
          (await sequencing.unnumbered(limit)).filter(({ leaf }) => !leaf.includes('"step":"merging"')),
      },
    }))
    await endWell(b, trunk().good)
    await expectFound(b, { ledger: /\(ExecutionStep\): it has no leaf$/ })
  })

  test('the watch ends early', async () => {
    const b = await onBranch()
    b.plant(({ executions }) => ({
      executions: {
        ...executions,
        // Seconds, where milliseconds are meant.
        save: (next) =>
          executions.save({
            ...next,
            watchUntil: next.deployedAt && new Date(next.deployedAt.getTime() + 60),
          }),
      },
    }))
    await endWell(b, trunk().good)
    await expectFound(b, { watch: /it was watched for 60 ms; its policy says 60000$/ })
  })

  test('a rollback is told, and the merge still stands', async () => {
    const b = await onBranch()
    b.executor.delivery = {
      ...b.executor.delivery,
      revert: async (_target, _execution, revision) => revision,
    }
    await doHarm(b, trunk().good)
    await expectFound(b, { rollback: /its rollback is verified, and no commit takes it back$/ })
  })

  test('ballots are carried to another patch', async () => {
    const b = await onBranch()
    const { repositories } = b.control
    b.control.repositories = {
      ...repositories,
      async rebase(target, change, onto) {
        const other = await repositories.fromPatch(target, onto, GOOD.replace('? 0 :', '? 0.0 :'))
        return { ...other, patchId: change.patchId }
      },
    }
    b.git('echo more > notes.txt && git add -A && git commit -qm other')
    await goLive(b, trunk().good)
    await expectFound(b, {
      carried: /: carried from .*, which was about another patch$/,
      bound: /: its patch id is another patch’s$/,
    })
  })
})

describe('changed afterwards by somebody with root, it is found in', () => {
  test('any table', async () => {
    const b = await onBranch()
    await endWell(b, trunk().good)
    const root = async (statement: string) => {
      if (statement !== '')
        await b.sql.begin(async (tx) => {
          await tx`set local session_replication_role = 'replica'`
          await tx.unsafe(statement)
        })
    }
    for (const [what, does, undoes, rule] of CHANGES) {
      expect(await b.found(), `before ${what}`).toEqual([])
      await root(does)
      expect(
        (await b.found()).map((one) => one.rule),
        what,
      ).toContain(RULES[rule])
      await root(undoes)
    }
  })

  test('the deploy log, and the branch', async () => {
    const b = await onBranch()
    await endWell(b, trunk().good)
    appendFileSync(trunk().deployLog, `deploy nobody ${'1'.repeat(40)}\n`)
    b.git(`git commit -q --allow-empty -m 'By hand' -m 'Grace-Execution: nobody'`)
    await expectFound(b, {
      deploy: /^shop, line 2 .*: there is no such execution$/,
      merge: /says that it is execution nobody, and there is none$/,
    })
  })
})
