// The whole bot for a story: real database, real git, real sandbox, the same jobs. Only the queue's transport is left
// out: what is due is carried out on demand, so that a story waits for nothing and its clock is the database's.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { agentsIn } from '../../adapters/agents/run.ts'
import { repositoriesOn } from '../../adapters/git/repositories.ts'
import { deliveries } from '../../adapters/github/delivery.ts'
import { issuesOnGitHub } from '../../adapters/github/issues.ts'
import { pullRequestsOnGitHub } from '../../adapters/github/pull-requests.ts'
import { hunterInProcess } from '../../adapters/hunter/scanner.ts'
import { ownDetectorsIn } from '../../adapters/playbooks/own-detectors.ts'
import { playbooksIn } from '../../adapters/playbooks/run.ts'
import { baselinesIn } from '../../adapters/sandbox/baseline-files.ts'
import { roomsFor } from '../../adapters/sandbox/probe.ts'
import { authenticators } from '../../adapters/webauthn/authenticators.ts'
import { seatedAt } from '../../db/seat.ts'
import { ledgerPagesOn } from '../../db/stores/ledger.ts'
import type { PasskeySite } from '../../src/access/assurance.ts'
import { type Card, cardOf } from '../../src/cards/card.ts'
import { noteProgress } from '../../src/chat/announce-in-chat.ts'
import type { Chats } from '../../src/chat/chat.ts'
import type { Platform } from '../../src/chat/person.ts'
import type { ChatControl } from '../../src/chat/stores.ts'
import { type Config, configOf, type Target } from '../../src/config/config.ts'
import { sequence } from '../../src/ledger/sequence.ts'
import { verifyLedger } from '../../src/ledger/verify.ts'
import { attachCandidate } from '../../src/mission/attach-candidate.ts'
import type { Executor } from '../../src/mission/executor.ts'
import { openMission, type ProposalInput } from '../../src/mission/open-mission.ts'
import { type MissionStory, storyOf } from '../../src/mission/read-mission.ts'
import { castVote, type Receipt } from '../../src/parliament/cast-vote.ts'
import type { Vote } from '../../src/parliament/tally.ts'
import { freshDatabase, sharedPlace, type TestDatabase } from './database.ts'
import { AS_FLEET } from './fleet.ts'
import { byFleet, type Hand, inProcess } from './hand.ts'
import { member } from './people.ts'
import { type Lab, openLab } from './sandbox.ts'
import { shellIn } from './shell.ts'

/** A library with tests and nothing else: measured in a second or two. */
export const LIBRARY = {
  'package.json': '{"name":"sums","type":"module"}',
  '.gitignore': 'reports/\n',
  'src/sums.mjs':
    'export const add = (a, b) => a + b\nexport const mean = (xs) => xs.reduce(add, 0) / xs.length\n',
  'test/sums.test.mjs':
    "import assert from 'node:assert/strict'\nimport { test } from 'node:test'\nimport { add, mean } from '../src/sums.mjs'\ntest('adds', () => assert.equal(add(1, 2), 3))\ntest('means', () => assert.equal(mean([1, 2, 3]), 2))\n",
}
/** No harm: the mean of nothing becomes nothing, and a test says so. */
export const GOOD = `diff --git a/src/sums.mjs b/src/sums.mjs
--- a/src/sums.mjs
+++ b/src/sums.mjs
@@ -1,2 +1,2 @@
 export const add = (a, b) => a + b
-export const mean = (xs) => xs.reduce(add, 0) / xs.length
+export const mean = (xs) => (xs.length === 0 ? 0 : xs.reduce(add, 0) / xs.length)
`
/** Breaks a test. */
export const BROKEN = GOOD.replace(': xs.reduce', ': 1 + xs.reduce')

/** Another harmless change, to another file. */
export const MORE_TESTS = `diff --git a/test/more.test.mjs b/test/more.test.mjs
new file mode 100644
--- /dev/null
+++ b/test/more.test.mjs
@@ -0,0 +1,4 @@
+import assert from 'node:assert/strict'
+import { test } from 'node:test'
+import { add } from '../src/sums.mjs'
+test('adds negatives', () => assert.equal(add(-1, 1), 0))
`

/** Always the same figure: a story is not about noise. */
export const STEADY_BENCH = { command: `echo '{"metric":"steady","value":1,"unit":"µs"}'`, rounds: 2 }

export const TEST_COMMAND =
  'mkdir -p reports && node --test --test-isolation=none --experimental-test-coverage --test-reporter=junit --test-reporter-destination=reports/junit.xml --test-reporter=lcov --test-reporter-destination=reports/lcov.info'

export interface BotOptions {
  readonly passkeys?: PasskeySite
  readonly files?: Readonly<Record<string, string>>
  readonly members?: readonly (string | object)[]
  readonly chat?: object
  readonly parliament?: object
  readonly policy?: object
  readonly target?: object
}

export interface Bot {
  readonly db: TestDatabase
  readonly lab: Lab
  readonly control: ChatControl
  /** Platforms that it speaks to: none, until a story puts them there. */
  readonly chats: { -readonly [P in keyof Chats]: Chats[P] }
  readonly executor: Executor
  readonly hand: Hand
  readonly target: Target
  /** What it said, oldest first. */
  readonly said: string[]
  /** Carries out all that is due, and what follows from it. */
  works(): Promise<void>
  skip(ms: number): Promise<void>
  proposes(input?: Partial<ProposalInput>, as?: string): Promise<string>
  attaches(mission: string, patch: string, as?: string): Promise<void>
  votes(mission: string, who: string, vote: Vote, reason?: string): Promise<Receipt>
  story(mission: string): Promise<MissionStory>
  card(mission: string): Promise<Card>
  /** Traffic of the live service from now back over so many seconds: p95 near `ms`. */
  traffic(seconds: number, ms: number, errors?: number): Promise<void>
  /** A commit that somebody else pushes to main. */
  pushes(path: string, text: string): void
  git(command: string): string
  live(): string | undefined
  restartsWith(options: BotOptions): Promise<void>
  ledgerIsWhole(): Promise<boolean>
  close(): Promise<void>
}

export async function openBot(options: BotOptions = {}): Promise<Bot> {
  const lab = await openLab()
  const { repository } = lab.target(options.files ?? LIBRARY)
  execFileSync('git', ['config', 'receive.denyCurrentBranch', 'ignore'], { cwd: repository })
  const liveFile = join(lab.root, 'live')
  const configure = (given: BotOptions): Config => {
    const yaml = {
      parliament: {
        members: (given.members ?? ['ada']).map((one) => (typeof one === 'string' ? { id: one } : one)),
        dwell: '0s',
        ...given.parliament,
      },
      policy: { watch: '60s', ...given.policy },
      ...(given.chat ? { chat: given.chat } : {}),
      targets: {
        shop: {
          repository,
          test: {
            command: TEST_COMMAND,
            report: 'reports/junit.xml',
            coverage: 'reports/lcov.info',
            repetitions: 2,
          },
          bench: STEADY_BENCH,
          live: { metrics: 'http://127.0.0.1:1/metrics', scrape: '1h', every: '24h' },
          deploy: {
            command: `echo $GRACE_REVISION > ${liveFile}`,
            rollback: `echo $GRACE_PREVIOUS_REVISION > ${liveFile}`,
            status: `cat ${liveFile}`,
            timeout: '20s',
          },
          ...given.target,
        },
      },
    }
    writeFileSync(join(lab.root, 'grace.yaml'), stringify(yaml))
    return { ...configOf('story', yaml), passkeys: given.passkeys }
  }
  const chats: Bot['chats'] = {}
  const platforms = {
    has: (platform: Platform) => platform in chats,
  } as ReadonlySet<Platform>
  let config = configure(options)
  const db = await freshDatabase(config)
  const rooms = lab.rooms
  const control: { -readonly [K in keyof ChatControl]: ChatControl[K] } = {
    transact: db.app.transact,
    config,
    repositories: repositoriesOn(lab.mirrors),
    pullRequests: pullRequestsOnGitHub,
    tracker: issuesOnGitHub,
    playbooks: playbooksIn(rooms),
    agents: agentsIn(rooms),
    ownDetectors: ownDetectorsIn(rooms),
    // The same few trees in every story: what their tests say is asked once.
    baselines: baselinesIn(
      join(sharedPlace(), 'baselines'),
      lab.containment.ok ? lab.containment.driver : '',
    ),
    rooms,
    hunter: hunterInProcess(),
    advisories: { of: async () => ({ answered: false, why: 'nobody is asked in tests' }) },
    keys: db.keys,
    pageOf: (number) => `/missions/M-${number}`,
    progress: (mission) => noteProgress(control, platforms)(mission),
  }
  const executor: { -readonly [K in keyof Executor]: Executor[K] } = {
    transact: db.executor.transact,
    config,
    delivery: deliveries(lab.mirrors, db.keys.execution.signer),
    alone: (target, work) => seatedAt(db.logins.executor, `live on ${target}`, work),
    known: async () => ({ attestation: db.keys.attestation.known, ledger: db.keys.ledger.known }),
    signer: db.keys.execution.signer,
    authenticators,
  }
  const said: string[] = []
  const hand = AS_FLEET
    ? await byFleet(db, lab, said)
    : inProcess({
        db,
        control,
        executor,
        chats,
        platforms,
        said,
        async withoutIsolation(during) {
          control.rooms = roomsFor(
            { ok: false, why: 'bubblewrap is not installed' },
            {
              runtime: lab.runtime,
              mirrors: lab.mirrors,
              sandboxes: lab.directories.sandboxes,
              layers: lab.layers,
            },
          )
          await during()
          control.rooms = rooms
        },
      })
  const bot: Bot = {
    db,
    lab,
    control,
    chats,
    executor,
    get target() {
      return config.targets.get('shop')!
    },
    said,
    async works() {
      await hand.works()
      await sequence(control)
    },
    hand,
    skip: (ms) => db.skip(ms),
    async proposes(input = {}, as = 'agent-smith') {
      const actor =
        as === 'agent-smith'
          ? ({ kind: 'agent', id: as, name: as, via: 'rest', scopes: ['read', 'propose'] } as const)
          : member(as)
      const { id } = await openMission(control, actor, {
        title: 'The mean of nothing',
        description: 'is nothing',
        rationale: 'It was NaN',
        patch: GOOD,
        ...input,
      })
      return id
    },
    attaches: async (mission, patch, as = 'ada') =>
      void (await attachCandidate(control, member(as), mission, { patch })),
    async votes(mission, who, vote, reason) {
      const { session } = (await bot.story(mission)).mission
      return castVote(control, member(who), { session: session!, vote, reason })
    },
    story: (mission) => control.transact((stores) => storyOf(stores, mission)),
    card: async (mission) => cardOf(await bot.story(mission), config),
    async traffic(seconds, ms, errors = 0) {
      await control.transact(async ({ samples, clock }) => {
        const now = (await clock.now()).getTime()
        for (let i = seconds; i > 0; i -= 5)
          await samples.add('shop', {
            at: new Date(now - (i - 5) * 1000),
            windowMs: 5_000,
            requests: 50,
            errors,
            buckets: { [ms * 0.9]: 0, [ms]: 50, '+Inf': 50 },
          })
      })
    },
    pushes(path, text) {
      // Grace pushed to the branch behind the working tree's back.
      bot.git('git reset -q --hard')
      writeFileSync(join(repository, path), text)
      bot.git('git add -A && git commit -qm other')
    },
    git: shellIn(repository, lab.root),
    live: () => (existsSync(liveFile) ? readFileSync(liveFile, 'utf8').trim() : undefined),
    async restartsWith(next) {
      config = configure(next)
      await db.configure(config)
      control.config = config
      executor.config = config
      await hand.restarts()
    },
    async ledgerIsWhole() {
      await sequence(control)
      return (await verifyLedger(ledgerPagesOn(db.app.db), db.keys.ledger.known)).ok
    },
    async close() {
      await hand.end()
      await db.drop()
      lab.close()
    },
  }
  return bot
}
