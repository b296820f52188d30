// Git: changes made and refused, on a real repository, and repositories that try to run something.
import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deliveryOn } from '../../adapters/git/delivery.ts'
import { gitText } from '../../adapters/git/git.ts'
import { Mirrors } from '../../adapters/git/mirror.ts'
import { repositoriesOn } from '../../adapters/git/repositories.ts'
import { checkOut, patchOf } from '../../adapters/git/trees.ts'
import { isTest, readDiff } from '../../src/candidate/diff.ts'
import { configOf, type Target } from '../../src/config/config.ts'
import { Secret } from '../../src/config/secret.ts'
import type { Merged } from '../../src/execution/delivery.ts'
import { newKeys } from '../support/database.ts'
import { shellIn } from '../support/shell.ts'
import { isSignedCommit } from '../support/signed-commit.ts'

let root: string
let source: string
let target: Target
const sh = (command: string, cwd = source) => shellIn(cwd, root)(command)

const targetAt = (repository: string, name = 'shop') =>
  configOf('t', {
    parliament: { members: [{ id: 'a' }] },
    targets: { [name]: { repository, live: { metrics: 'http://x/m' }, deploy: { command: 'true' } } },
  }).targets.get(name)!

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'grace-git-'))
  source = join(root, 'source')
  mkdirSync(source)
  sh('git init -q -b main && git config receive.denyCurrentBranch ignore')
  writeFileSync(join(source, 'a.txt'), 'one\ntwo\nthree\n')
  mkdirSync(join(source, 'test'))
  writeFileSync(join(source, 'test/a.test.js'), 'old\n')
  sh('git add -A && git commit -qm first')
  target = targetAt(source)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const mirrors = () => new Mirrors(join(root, 'mirrors'))
const repositories = () => repositoriesOn(mirrors())
const PATCH =
  'diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+zwei\n three\n'

describe('a change', () => {
  test('from a patch has base, tree, a patch of its own and an id that survives a rebase', async () => {
    const r = repositories()
    const base = await r.head(target)
    const change = await r.fromPatch(target, base, PATCH)
    expect(change.baseCommit).toBe(base)
    expect(readDiff(change.patch)).toMatchObject([{ path: 'a.txt', added: [{ number: 2, text: 'zwei' }] }])
    expect((await r.texts(target, change.tree, ['a.txt'])).get('a.txt')).toBe('one\nzwei\nthree\n')
    expect(await r.reverts(target, change)).toBe(true)
  })

  test('from a branch is what it adds to its merge base', async () => {
    sh(
      'git switch -qc feature && printf "one\\ntwo\\ndrei\\n" > a.txt && git commit -qam feature && git switch -q main',
    )
    const r = repositories()
    const base = await r.head(target)
    expect(readDiff((await r.fromRef(target, base, 'feature')).patch)).toMatchObject([
      { added: [{ text: 'drei' }] },
    ])
    for (const ref of ['nothing', '--upload-pack=x', 'a..b', '../x'])
      await expect(r.fromRef(target, base, ref), ref).rejects.toMatchObject({ code: 'ref_not_found' })
    await expect(r.fromRef(target, base, 'main')).rejects.toMatchObject({
      code: 'ref_empty',
      message: 'main has nothing that main lacks.',
    })
  })

  test('from a branch whose change is there already, under another commit, is refused and says so', async () => {
    const own = join(root, 'squashing')
    mkdirSync(own)
    const change = 'echo two > a.txt && git commit -qam two'
    sh('git init -q -b main && echo one > a.txt && git add -A && git commit -qm first', own)
    sh(`git switch -qc squashed && ${change} && git switch -q main && ${change} --date=2001-01-01`, own)
    const at = targetAt(own, 'squashing')
    const r = repositories()
    await expect(r.fromRef(at, await r.head(at), 'squashed')).rejects.toMatchObject({
      code: 'ref_does_not_apply',
      next: expect.stringMatching(/main has its change already, there is nothing to propose/),
    })
  })

  test('is put on a base that moved, with the same patch id; a conflict is none', async () => {
    const r = repositories()
    const base = await r.head(target)
    const change = await r.fromPatch(target, base, PATCH)
    sh('echo more > b.txt && git add -A && git commit -qm other')
    const moved = await r.head(target)
    expect(moved).not.toBe(base)
    expect(await r.rebase(target, change, moved)).toMatchObject({
      baseCommit: moved,
      patchId: change.patchId,
      tree: expect.not.stringMatching(change.tree),
    })
    sh('printf "one\\nzwei\\nthree\\n" > a.txt && git commit -qam merged')
    expect(await r.rebase(target, change, await r.head(target)), 'merged by somebody else').toBe('there')
    sh('printf "one\\nzwo\\nthree\\n" > a.txt && git commit -qam conflict')
    expect(await r.rebase(target, change, await r.head(target))).toBeUndefined()
    sh('git reset -q --hard HEAD~2')
  })

  test('leaves no index behind, nor one of a process that was killed', async () => {
    const m = mirrors()
    const r = repositoriesOn(m)
    const base = await r.head(target)
    const indexes = join(m.pathOf(target), 'indexes')
    mkdirSync(indexes, { recursive: true })
    for (const name of ['of-the-dead', 'of-another']) writeFileSync(join(indexes, name), '')
    utimesSync(join(indexes, 'of-the-dead'), 1, 1)
    await r.fromPatch(target, base, PATCH)
    expect(readdirSync(indexes)).toEqual(['of-another'])
  })

  test('brings its tests to today’s code', async () => {
    const r = repositories()
    const base = await r.head(target)
    const change = await r.fromPatch(
      target,
      base,
      `${PATCH}diff --git a/test/a.test.js b/test/a.test.js\n--- a/test/a.test.js\n+++ b/test/a.test.js\n@@ -1 +1 @@\n-old\n+new\n`,
    )
    const mixed = await r.withFilesOf(target, await r.treeOf(target, base), change.tree, isTest)
    const texts = await r.texts(target, mixed, ['a.txt', 'test/a.test.js', 'missing'])
    expect(texts.get('a.txt')).toContain('two')
    expect(texts.get('test/a.test.js')).toBe('new\n')
    expect(texts.has('missing')).toBe(false)
  })
})

describe('is refused', () => {
  const newFile = (path: string, mode = '100644', text = 'x') =>
    `diff --git a/${path} b/${path}\nnew file mode ${mode}\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${text}\n\\ No newline at end of file\n`
  test.each([
    ['an empty patch', '', 'patch_empty'],
    ['a blank patch', ' \n', 'patch_empty'],
    ['prose', 'please make it faster', 'patch_does_not_apply'],
    ['a patch for other code', PATCH.replace('-two', '-zehn'), 'patch_does_not_apply'],
    [
      'a patch that changes nothing',
      'diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+two\n three\n',
      'patch_empty',
    ],
    ['a path outside of the tree', newFile('../outside.txt'), 'patch_does_not_apply'],
    ['an absolute path', newFile('/etc/cron.d/x'), 'patch_does_not_apply'],
    ['a file in .git', newFile('.git/hooks/post-checkout'), 'patch_does_not_apply'],
    ['a link out of the tree', newFile('link', '120000', '../../etc/passwd'), 'link_refused'],
    // Where d/up is itself a link to what is above, d/up/.. is not d.
    ['a link that goes up again on its way', newFile('link', '120000', 'd/up/../../x/y'), 'link_refused'],
    ['an absolute link', newFile('link', '120000', '/etc/passwd'), 'link_refused'],
    [
      'a submodule',
      'diff --git a/sub b/sub\nnew file mode 160000\nindex 0000000..1111111\n--- /dev/null\n+++ b/sub\n@@ -0,0 +1 @@\n+Subproject commit 1111111111111111111111111111111111111111\n',
      'submodule_refused',
    ],
    ['50 MB', `${newFile('big')}${'x'.repeat(50_000_000)}`, 'patch_too_large'],
  ])('%s', async (_what, patch, code) => {
    const r = repositories()
    await expect(r.fromPatch(target, await r.head(target), patch)).rejects.toMatchObject({
      name: 'Refusal',
      code,
    })
    expect(existsSync(join(root, 'outside.txt'))).toBe(false)
  })
  test('a repository that is not there, and a branch that it does not have', async () => {
    await expect(repositories().head(targetAt(join(root, 'nowhere'), 'gone'))).rejects.toMatchObject({
      code: 'repository_unreachable',
    })
    await expect(repositories().head({ ...target, branch: 'nope' })).rejects.toMatchObject({
      code: 'branch_not_found',
    })
  })
})

describe('a token for git', () => {
  const url = 'https://github.com/acme/shop.git'
  const credential = { url, token: new Secret('ghs_hush') }
  const headerFor = (asked: string) =>
    gitText(undefined, ['config', '--get-urlmatch', 'http.extraHeader', asked], { credential }).catch(
      () => '',
    )
  test('is sent to its server and to no other, and not where that one sends it', async () => {
    const header = await headerFor(url)
    expect(Buffer.from(header.split(' ').at(-1)!, 'base64').toString()).toBe('x-access-token:ghs_hush')
    for (const other of ['https://github.com.evil.example/acme/shop.git', 'http://github.com/acme/shop.git'])
      expect(await headerFor(other)).toBe('')
    expect(await gitText(undefined, ['config', 'http.followRedirects'], { credential })).toBe('false')
  })
  test('is none for a path or an unencrypted address', () => {
    const m = mirrors()
    const on = (repository: string) => m.credentialOf({ ...target, repository }, credential.token)
    expect([on('/srv/shop.git'), on('http://github.com/acme/shop')]).toEqual([undefined, undefined])
    expect(on(url)).toEqual(credential)
  })
})

describe('delivery', () => {
  const deploying = (command: string, timeout = '10s') =>
    configOf('t', {
      parliament: { members: [{ id: 'a' }] },
      targets: {
        shop: {
          repository: source,
          live: { metrics: 'http://x/m' },
          deploy: { command, rollback: command, status: command, timeout },
        },
      },
    }).targets.get('shop')!
  const {
    execution: { signer },
  } = newKeys().keys
  const note = 'grace/ledger\n17\nroot\n\n— grace/ledger signature\n'
  const records = {
    attestations: '{"payload":"e30="}\n',
    proof: 'c2sp.org/tlog-proof@v1\n',
    checkpoint: { size: 17, note },
  }
  const mergedAs = (merged: Merged): string => ('commit' in merged ? merged.commit : merged.not)
  const message = (execution: string) => `Zwei\n\nGrace-Execution: ${execution}\n`
  test('merges exactly the tree that was approved, once, and only onto its base', async () => {
    const m = mirrors()
    const [r, d] = [repositoriesOn(m), deliveryOn(m, signer)]
    const base = await r.head(target)
    const change = await r.fromPatch(target, base, PATCH)
    const request = { execution: 'e1', ...change, message: message('e1'), records }
    const commit = mergedAs(await d.merge(target, request))
    expect(sh('git rev-parse main')).toBe(commit)
    expect(sh('git rev-parse main^{tree}')).toBe(change.tree)
    expect(await d.merge(target, request), 'a second time finds its own commit').toEqual({ commit })
    expect(await d.merge(target, { ...request, execution: 'e2', message: message('e2') })).toEqual({
      not: 'main moved between unlock and merge; nothing was changed.',
    })
    expect(sh(`git show refs/attestations/${commit}:attestations.jsonl`)).toBe(records.attestations.trim())
    expect(sh(`git show refs/attestations/${commit}:ledger.tlog-proof`)).toBe(records.proof.trim())
    expect(sh('git cat-file tag grace/checkpoint-17')).toMatch(`object ${commit}`)
    expect(sh('git for-each-ref --format="%(contents)" refs/tags/grace/checkpoint-17')).toBe(note.trim())
    const reverted = await d.revert(target, 'e1', commit)
    for (const one of [commit, reverted, sh(`git rev-parse refs/attestations/${commit}`)])
      expect(isSignedCommit(sh(`git cat-file commit ${one}`), signer.publicKey)).toBe(true)
    expect(sh('git rev-parse main^{tree}')).toBe(await r.treeOf(target, base))
    expect(await d.revert(target, 'e1', commit)).toBe(reverted)
  })
  test('a push that landed although its answer was lost is found, and one that was taken back is not merged again', async () => {
    const m = mirrors()
    const [r, d] = [repositoriesOn(m), deliveryOn(m, signer)]
    const base = await r.head(target)
    const change = await r.fromPatch(target, base, PATCH)
    const hook = join(source, '.git/hooks/post-receive')
    mkdirSync(join(source, '.git/hooks'), { recursive: true })
    writeFileSync(hook, '#!/bin/sh\nkill -9 $PPID\n', { mode: 0o755 })
    const request = { execution: 'lost', ...change, message: message('lost'), records }
    const commit = mergedAs(await d.merge(target, request))
    rmSync(hook)
    expect(commit).toBe(sh('git rev-parse main'))
    expect(await d.merged(target, 'lost')).toBe(commit)
    expect(await d.merged(target, 'another')).toBeUndefined()
    await d.revert(target, 'lost', commit)
    expect(await d.merge(target, request)).toEqual({ not: 'It was merged and taken back already.' })
  })
  test('a deploy that outlived the Grace that ran it is ended before it is run again, a rollback is not', async () => {
    const d = deliveryOn(mirrors(), signer)
    const left = (step: string) => {
      const child = spawn('sleep', ['60'], {
        env: { PATH: process.env.PATH, GRACE_EXECUTION_ID: 'again', GRACE_STEP: step },
      })
      return { child, gone: new Promise((resolve) => child.on('exit', resolve)) }
    }
    const [earlier, other] = [left('deploy'), left('rollback')]
    await d.deploy(deploying('true'), { execution: 'again', revision: 'new', previous: 'old' })
    await earlier.gone
    expect(other.child.exitCode ?? other.child.signalCode).toBeNull()
    other.child.kill()
  })
  test('a deploy that leaves a daemon with its output open has ended when its command has', async () => {
    const over = join(root, 'the-daemon-is-over')
    const said = await deliveryOn(mirrors(), signer).deploy(
      deploying(`setsid sh -c 'sleep 4; touch ${over}' & echo started`),
      {
        execution: 'daemon',
        revision: 'new',
        previous: 'old',
      },
    )
    expect(said).toBe('started\n')
    expect(existsSync(over)).toBe(false)
  })
  test('runs deploy commands with nothing of Grace’s environment, and says why they failed', async () => {
    process.env.GRACE_TEST_SECRET = 'hunter2'
    const d = deliveryOn(mirrors(), signer)
    const of = { execution: 'e', revision: 'new', previous: 'old' }
    expect(await d.deploy(deploying('env'), of)).toMatch(/GRACE_EXECUTION_ID=e/)
    expect(await d.deploy(deploying('env'), of)).not.toMatch(/hunter2/)
    expect(await d.liveRevision(deploying('echo noise; echo abc'))).toBe('abc')
    await expect(d.deploy(deploying('echo broken >&2; exit 3'), of)).rejects.toMatchObject({
      code: 'deploy_failed',
      message: expect.stringMatching(/exit 3.*broken/),
    })
    await expect(d.deploy(deploying('sleep 30', '1s'), of)).rejects.toMatchObject({
      code: 'deploy_failed',
      message: expect.stringMatching(/longer than 1 s/),
    })
    delete process.env.GRACE_TEST_SECRET
  })
})

describe('a hostile repository runs nothing on this machine', () => {
  let proof: string
  const plant = (name: string, make: (dir: string, script: string) => void): string => {
    const dir = join(root, name)
    mkdirSync(dir)
    proof = join(root, `${name}.proof`)
    const script = join(root, `${name}.sh`)
    writeFileSync(script, `#!/bin/sh\ntouch ${proof}\n`)
    chmodSync(script, 0o755)
    sh('git init -q -b main && echo x > x && git add -A && git commit -qm x', dir)
    make(dir, script)
    return dir
  }
  const exercise = async (dir: string, name: string) => {
    const t = targetAt(dir, name)
    const m = mirrors()
    const r = repositoriesOn(m)
    const base = await r.head(t)
    const work = join(root, `${name}-work`)
    mkdirSync(work)
    await checkOut(m.pathOf(t), base, work)
    writeFileSync(join(work, 'y'), 'y')
    return { patch: await patchOf(m.pathOf(t), base, work), work, m, t, base, r }
  }
  test.each([
    ['fsmonitor', (d: string, s: string) => sh(`git config core.fsmonitor ${s}`, d)],
    [
      'hooks',
      (d: string, s: string) =>
        sh(
          `for h in post-checkout pre-commit post-index-change reference-transaction upload-pack; do cp ${s} .git/hooks/$h; done`,
          d,
        ),
    ],
    [
      'hooks-path',
      (d: string, s: string) =>
        sh(
          `mkdir h && for h in post-checkout post-index-change reference-transaction; do cp ${s} h/$h; done && git config core.hooksPath h`,
          d,
        ),
    ],
    [
      'filters',
      (d: string, s: string) =>
        sh(
          `git config filter.x.smudge ${s} && git config filter.x.clean ${s} && echo '* filter=x' > .gitattributes && git add .gitattributes && git -c filter.x.clean=cat commit -qm a`,
          d,
        ),
    ],
    [
      'textconv',
      (d: string, s: string) =>
        sh(
          `git config diff.x.textconv ${s} && echo '* diff=x' > .gitattributes && git add -A && git commit -qm a`,
          d,
        ),
    ],
    ['external-diff', (d: string, s: string) => sh(`git config diff.external ${s}`, d)],
    ['ssh-command', (d: string, s: string) => sh(`git config core.sshCommand ${s}`, d)],
    ['upload-pack', (d: string, s: string) => sh(`git config uploadpack.packObjectsHook ${s}`, d)],
    [
      'gpg-program',
      (d: string, s: string) =>
        sh(
          `git config gpg.program ${s} && git config commit.gpgSign true && git config log.showSignature true`,
          d,
        ),
    ],
    ['alternate-refs', (d: string, s: string) => sh(`git config core.alternateRefsCommand ${s}`, d)],
    [
      'include',
      (d: string, s: string) => {
        writeFileSync(join(d, 'more.config'), `[core]\n\tfsmonitor = ${s}\n[diff]\n\texternal = ${s}\n`)
        return sh('git config include.path ../more.config && git add -A && git commit -qm include', d)
      },
    ],
    [
      'buried-bare-repository',
      (d: string, s: string) =>
        sh(
          `git init -q --bare -b main docs && git -C docs config core.fsmonitor ${s} && git -C docs config core.bare false &&
           git -C docs config core.worktree .. && git add -A -f && git commit -qm buried`,
          d,
        ),
    ],
  ])('%s', async (name, make) => {
    const dir = plant(name, (d, s) => void make(d, s))
    rmSync(proof, { force: true })
    const { patch } = await exercise(dir, name)
    expect(readDiff(patch)).toMatchObject([{ path: 'y', kind: 'added' }])
    expect(existsSync(proof)).toBe(false)
  })
  test('a .git that a candidate leaves in its tree', async () => {
    const dir = plant('left-git', () => {})
    const { m, t, base, work, r } = await exercise(dir, 'left-git')
    sh(
      `git init -q nested && cd nested && git config core.fsmonitor ${join(root, 'left-git.sh')} && echo z > z && git add z && git -c core.fsmonitor=false commit -qm z`,
      work,
    )
    rmSync(proof, { force: true })
    const patch = await patchOf(m.pathOf(t), base, work)
    expect(existsSync(proof)).toBe(false)
    await expect(r.fromPatch(t, base, patch)).rejects.toMatchObject({ name: 'Refusal' })
  })
  test('a link in the tree is checked out as a link and never followed', async () => {
    const secret = join(root, 'secret.txt')
    writeFileSync(secret, 'hunter2')
    const dir = plant('links', (d) => {
      symlinkSync(secret, join(d, 'leak'))
      sh('git add -A && git commit -qm link', d)
    })
    const { r, t, base } = await exercise(dir, 'links')
    expect((await r.texts(t, base, ['leak'])).get('leak')).toBe(secret)
    expect(readFileSync(secret, 'utf8')).toBe('hunter2')
  })
})
