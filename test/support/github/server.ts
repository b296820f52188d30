// A GitHub that Octokit can't tell from the real one in what Grace asks of it: paths, shapes, errors and rate limits as
// docs.github.com has them (API version 2022-11-28), on a repository of git's own.
import { createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { sign } from '@octokit/webhooks-methods'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { Repository } from './repository.ts'

export interface Pull {
  readonly number: number
  title: string
  body: string | null
  readonly author: string
  readonly isBot: boolean
  base: string
  /** Branch of this repository. */
  readonly branch: string
  labels: { name: string; by: string }[]
  state: 'open' | 'closed'
  mergedAs: string | null
  draft: boolean
}

interface CheckRun {
  readonly id: number
  readonly head_sha: string
  readonly name: string
  status: string
  conclusion: string | null
  output: { title?: string; summary?: string }
}
interface Status {
  readonly sha: string
  readonly context: string
  readonly state: string
  readonly description: string
}
interface Deployment {
  readonly id: number
  readonly sha: string
  readonly environment: string
  readonly payload: unknown
  created_at: string
  readonly statuses: { state: string; description: string }[]
}

interface Issue {
  readonly number: number
  title: string
  body: string
  state: string
  labels: string[]
}

export interface Fault {
  readonly method: string
  readonly path: RegExp
  /** `lost`: it is done, and the answer never comes. */
  readonly status: number | 'lost'
  readonly headers?: Readonly<Record<string, string>>
  readonly message?: string
}

export interface GitHubStandIn {
  readonly url: string
  readonly pulls: Pull[]
  readonly checks: CheckRun[]
  readonly statuses: Status[]
  readonly deployments: Deployment[]
  readonly issues: Issue[]
  /** `METHOD /path` of what was asked. */
  readonly asked: string[]
  /** Each is met once. */
  readonly faults: Fault[]
  /** Contexts without which nothing is merged. */
  readonly required: Set<string>
  /** Called when a merge is asked for. */
  beforeMerge: (() => void) | undefined
  /** Accounts that the commits of a branch name. */
  readonly accounts: Map<string, string | null>
  readonly app: { readonly id: number; readonly installation: number; readonly privateKey: string }
  readonly token: string
  opens(pull: Pick<Pull, 'title' | 'author' | 'branch'> & Partial<Pull>): Pull
  /** As GitHub sends it. */
  delivers(to: string, secret: string, event: string, payload: object): Promise<Response>
  close(): Promise<void>
}

const APP_ID = 4711
const INSTALLATION = 815
const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz'
const INSTALLATION_TOKEN = 'ghs_0123456789abcdefghijklmnopqrstuvwxyz'

export async function startGitHub(path: string, name = 'acme/shop'): Promise<GitHubStandIn> {
  const repository = new Repository(path)
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  let last = 0
  const next = () => ++last
  const it = {
    pulls: [] as Pull[],
    checks: [] as CheckRun[],
    statuses: [] as Status[],
    deployments: [] as Deployment[],
    issues: [] as Issue[],
    asked: [] as string[],
    faults: [] as Fault[],
    required: new Set<string>(),
    accounts: new Map<string, string | null>(),
    beforeMerge: undefined as (() => void) | undefined,
  }
  const app = Fastify({ forceCloseConnections: true })
  const refuse = (reply: FastifyReply, status: number, message: string) =>
    reply
      .code(status)
      .send({ message, documentation_url: 'https://docs.github.com/rest', status: String(status) })

  /** The first that is meant, which is then over. */
  const met = ({ method, url }: FastifyRequest, is: (fault: Fault) => boolean): Fault | undefined => {
    const [where = ''] = url.split('?')
    const i = it.faults.findIndex((one) => is(one) && one.method === method && one.path.test(where))
    return i < 0 ? undefined : it.faults.splice(i, 1)[0]
  }
  const isApp = (request: FastifyRequest) => request.headers.authorization === `token ${INSTALLATION_TOKEN}`
  app.addHook('onRequest', async (request, reply) => {
    const [where = ''] = request.url.split('?')
    it.asked.push(`${request.method} ${where}`)
    const fault = met(request, (one) => one.status !== 'lost')
    if (fault && fault.status !== 'lost') {
      reply.headers(fault.headers ?? {})
      return refuse(reply, fault.status, fault.message ?? 'Server Error')
    }
    if (where.startsWith('/app/')) return
    if (!isApp(request) && request.headers.authorization !== `token ${TOKEN}`)
      return refuse(reply, 401, 'Bad credentials')
  })
  app.addHook('onSend', async (request, reply) => {
    if (!met(request, (one) => one.status === 'lost')) return
    reply.hijack()
    request.raw.socket.destroy()
  })
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'Not Found'))

  app.post<{ Params: { id: string } }>('/app/installations/:id/access_tokens', async (request, reply) => {
    const [head = '', claims = '', signature = ''] = (request.headers.authorization ?? '')
      .replace(/^bearer /i, '')
      .split('.')
    const verifier = createVerify('RSA-SHA256').update(`${head}.${claims}`)
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString() || '{}')
    const isOurs = verifier.verify(createPublicKey(keys.publicKey), signature, 'base64url')
    const now = Date.now() / 1000
    if (!isOurs || Number(said.iss) !== APP_ID || said.exp < now || said.exp - now > 600)
      return refuse(reply, 401, 'A JSON web token could not be decoded')
    if (Number(request.params.id) !== INSTALLATION) return refuse(reply, 404, 'Not Found')
    return reply.code(201).send({
      token: INSTALLATION_TOKEN,
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      permissions: { checks: 'write', contents: 'write', deployments: 'write', pull_requests: 'write' },
      repository_selection: 'selected',
    })
  })

  const at = `/repos/${name}`
  const refOf = (pull: Pick<Pull, 'number'>) => `refs/pull/${pull.number}/head`
  const headOf = (pull: Pull) => repository.commit(refOf(pull)) ?? ''
  const shownPull = (pull: Pull) => ({
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    draft: pull.draft,
    user: { login: pull.author, type: pull.isBot ? 'Bot' : 'User' },
    labels: pull.labels.map((label) => ({ name: label.name })),
    head: { ref: pull.branch, sha: headOf(pull), label: `${name.split('/')[0]}:${pull.branch}` },
    base: { ref: pull.base, sha: repository.commit(`refs/heads/${pull.base}`) },
    merged: pull.mergedAs !== null,
    merge_commit_sha: pull.mergedAs,
  })
  const pullOf = (request: FastifyRequest) => {
    const { number } = request.params as { number: string }
    return it.pulls.find((pull) => pull.number === Number(number))
  }
  app.get(`${at}/pulls`, async (request, reply) => {
    const {
      state = 'open',
      base,
      head,
      per_page = '30',
      page = '1',
    } = request.query as Record<string, string>
    const all = it.pulls
      .map(shownPull)
      .filter(
        (pull) =>
          (state === 'all' || pull.state === state) &&
          (!base || pull.base.ref === base) &&
          (!head || pull.head.label === head),
      )
      .reverse()
    const [size, no] = [Number(per_page), Number(page)]
    if (no * size < all.length) {
      const address = app.server.address() as AddressInfo
      const url = new URL(request.url, `http://127.0.0.1:${address.port}`)
      url.searchParams.set('page', String(no + 1))
      reply.header('link', `<${url}>; rel="next"`)
    }
    return all.slice((no - 1) * size, no * size)
  })
  app.post(`${at}/pulls`, async (request, reply) => {
    const { title, body = null, head, base } = request.body as Record<string, string>
    const tip = repository.commit(`refs/heads/${head}`)
    if (!tip || tip === repository.commit(`refs/heads/${base}`))
      return refuse(reply, 422, 'Validation Failed: No commits between them')
    if (it.pulls.some((pull) => pull.state === 'open' && pull.branch === head))
      return refuse(reply, 422, `Validation Failed: A pull request already exists for ${head}.`)
    const pull = opens({ title: title!, body, author: 'grace[bot]', isBot: true, branch: head!, base: base! })
    return reply.code(201).send(shownPull(pull))
  })
  app.get(`${at}/pulls/:number`, async (request, reply) => {
    const pull = pullOf(request)
    return pull ? shownPull(pull) : refuse(reply, 404, 'Not Found')
  })
  app.patch(`${at}/pulls/:number`, async (request, reply) => {
    const pull = pullOf(request)
    if (!pull) return refuse(reply, 404, 'Not Found')
    Object.assign(pull, request.body)
    return shownPull(pull)
  })
  app.get(`${at}/pulls/:number/commits`, async (request, reply) => {
    const pull = pullOf(request)
    if (!pull) return refuse(reply, 404, 'Not Found')
    const shas = repository.git(['rev-list', `refs/heads/${pull.base}..${refOf(pull)}`]).split('\n')
    // An address that is no account's has none.
    const known = it.accounts.get(pull.branch)
    const login = known === undefined ? pull.author : known
    return shas.filter(Boolean).map((sha) => ({
      sha,
      commit: { message: repository.git(['log', '-1', '--format=%B', sha]) },
      author: login === null ? null : { login },
      committer: { login: 'web-flow' },
    }))
  })
  app.get(`${at}/issues/:number/events`, async (request, reply) => {
    const pull = pullOf(request)
    if (!pull) return refuse(reply, 404, 'Not Found')
    return pull.labels.map((label) => ({
      event: 'labeled',
      label: { name: label.name },
      actor: { login: label.by },
    }))
  })

  app.get(`${at}/issues`, async (request) => {
    const { labels, state = 'open' } = request.query as Record<string, string>
    return it.issues.filter(
      (one) => (!labels || one.labels.includes(labels)) && (state === 'all' || one.state === state),
    )
  })
  app.post(`${at}/issues`, async (request, reply) => {
    const made: Issue = {
      number: 1000 + next(),
      state: 'open',
      labels: [],
      ...(request.body as Pick<Issue, 'title' | 'body'>),
    }
    it.issues.push(made)
    return reply.code(201).send(made)
  })
  app.patch<{ Params: { number: string } }>(`${at}/issues/:number`, async (request, reply) => {
    const there = it.issues.find(({ number }) => number === Number(request.params.number))
    return there ? Object.assign(there, request.body) : refuse(reply, 404, 'Not Found')
  })

  const isGreen = (sha: string, context: string) => {
    const run = it.checks.findLast((one) => one.head_sha === sha && one.name === context)
    const status = it.statuses.findLast((one) => one.sha === sha && one.context === context)
    return ['success', 'neutral', 'skipped'].includes(run?.conclusion ?? '') || status?.state === 'success'
  }
  app.put(`${at}/pulls/:number/merge`, async (request, reply) => {
    const pull = pullOf(request)
    if (!pull) return refuse(reply, 404, 'Not Found')
    const {
      sha,
      merge_method = 'merge',
      commit_title,
      commit_message,
    } = request.body as Record<string, string>
    if (pull.state !== 'open') return refuse(reply, 405, 'Pull Request is not mergeable')
    if (pull.draft) return refuse(reply, 405, 'Pull Request is still a draft')
    const head = headOf(pull)
    if (sha && sha !== head)
      return refuse(reply, 409, 'Head branch was modified. Review and try the merge again.')
    const missing = [...it.required].find((context) => !isGreen(head, context))
    if (missing) return refuse(reply, 405, `Required status check "${missing}" is expected.`)
    it.beforeMerge?.()
    const made = repository.merge(pull.base, head, merge_method, `${commit_title}\n\n${commit_message}\n`)
    if (!made) return refuse(reply, 405, 'Pull Request is not mergeable')
    pull.state = 'closed'
    pull.mergedAs = made
    return { sha: made, merged: true, message: 'Pull Request successfully merged' }
  })
  app.delete<{ Params: { '*': string } }>(`${at}/git/refs/*`, async (request, reply) => {
    if (!repository.commit(`refs/${request.params['*']}`))
      return refuse(reply, 422, 'Reference does not exist')
    for (const pull of it.pulls)
      if (`heads/${pull.branch}` === request.params['*']) {
        repository.git(['update-ref', '--no-deref', refOf(pull), headOf(pull)])
        pull.state = 'closed'
      }
    repository.git(['update-ref', '-d', `refs/${request.params['*']}`])
    return reply.code(204).send()
  })

  const run = (into: CheckRun, body: Partial<CheckRun>) => {
    Object.assign(into, body)
    if (into.conclusion) into.status = 'completed'
    return into
  }
  const appsOnly = (reply: FastifyReply) => refuse(reply, 403, 'You must authenticate via a GitHub App.')
  app.post(`${at}/check-runs`, async (request, reply) => {
    if (!isApp(request)) return appsOnly(reply)
    const body = request.body as Pick<CheckRun, 'name' | 'head_sha'>
    if (!repository.commit(body.head_sha)) return refuse(reply, 422, 'No commit found for SHA')
    const made = run({ id: next(), status: 'queued', conclusion: null, output: {}, ...body }, {})
    it.checks.push(made)
    return reply.code(201).send(made)
  })
  app.patch<{ Params: { id: string } }>(`${at}/check-runs/:id`, async (request, reply) => {
    if (!isApp(request)) return appsOnly(reply)
    const there = it.checks.find(({ id }) => id === Number(request.params.id))
    return there ? run(there, request.body as Partial<CheckRun>) : refuse(reply, 404, 'Not Found')
  })
  app.get<{ Params: { ref: string } }>(`${at}/commits/:ref/check-runs`, async (request) => {
    const { check_name, app_id } = request.query as Record<string, string>
    const found = it.checks.filter(
      (one) =>
        one.head_sha === request.params.ref &&
        (!check_name || one.name === check_name) &&
        (!app_id || Number(app_id) === APP_ID),
    )
    return { total_count: found.length, check_runs: found.toReversed() }
  })
  app.post<{ Params: { sha: string } }>(`${at}/statuses/:sha`, async (request, reply) => {
    const made = {
      sha: request.params.sha,
      description: '',
      context: 'default',
      ...(request.body as { state: string }),
    }
    if ((made.description ?? '').length > 140) return refuse(reply, 422, 'description is too long')
    it.statuses.push(made)
    return reply.code(201).send(made)
  })
  app.get<{ Params: { ref: string } }>(`${at}/commits/:ref/status`, async (request) => {
    const of = it.statuses.filter(({ sha }) => sha === request.params.ref)
    const latest = new Map(of.map((status) => [status.context, status]))
    return { state: 'pending', statuses: [...latest.values()], total_count: latest.size }
  })

  app.get(`${at}/deployments`, async (request) => {
    const { sha, environment } = request.query as Record<string, string>
    return it.deployments
      .filter((one) => (!sha || one.sha === sha) && (!environment || one.environment === environment))
      .map(({ statuses: _statuses, ...one }) => one)
      .toReversed()
  })
  app.post(`${at}/deployments`, async (request, reply) => {
    const { ref, environment, payload, required_contexts } = request.body as Record<string, string>
    const sha = repository.commit(ref!)
    if (!sha) return refuse(reply, 422, `No ref found for: ${ref}`)
    if (!required_contexts && it.required.size > 0)
      return refuse(reply, 409, 'Conflict: Commit status checks failed for main.')
    const made: Deployment = {
      id: next(),
      sha,
      environment: environment!,
      payload,
      created_at: new Date().toISOString(),
      statuses: [],
    }
    it.deployments.push(made)
    return reply.code(201).send({ ...made, statuses: undefined })
  })
  const deploymentOf = (request: FastifyRequest) =>
    it.deployments.find(({ id }) => id === Number((request.params as { id: string }).id))
  app.get(
    `${at}/deployments/:id/statuses`,
    async (request) => deploymentOf(request)?.statuses.toReversed() ?? [],
  )
  app.post(`${at}/deployments/:id/statuses`, async (request, reply) => {
    const of = deploymentOf(request)
    if (!of) return refuse(reply, 404, 'Not Found')
    const { state, description = '' } = request.body as Record<string, string>
    deployed(of, state!, description)
    return reply.code(201).send({ state })
  })
  /** A success makes what was active there inactive. */
  function deployed(of: Deployment, state: string, description: string) {
    of.statuses.push({ state, description })
    if (state !== 'success') return
    for (const other of it.deployments)
      if (other !== of && other.environment === of.environment && other.statuses.at(-1)?.state === 'success')
        other.statuses.push({ state: 'inactive', description: '' })
  }

  function opens({ labels = [], ...given }: Parameters<GitHubStandIn['opens']>[0]): Pull {
    const pull: Pull = {
      number: it.pulls.length + 1,
      body: null,
      isBot: false,
      base: 'main',
      state: 'open',
      mergedAs: null,
      draft: false,
      labels: [...labels],
      ...given,
    }
    it.pulls.push(pull)
    // Wherever the branch goes, it is there.
    repository.git(['symbolic-ref', refOf(pull), `refs/heads/${pull.branch}`])
    return pull
  }

  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return Object.assign(it, {
    url: `http://127.0.0.1:${port}`,
    app: { id: APP_ID, installation: INSTALLATION, privateKey: keys.privateKey },
    token: TOKEN,
    opens,
    async delivers(to: string, secret: string, event: string, payload: object) {
      const body = JSON.stringify(payload)
      return fetch(to, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'x-github-event': event,
          'x-github-delivery': crypto.randomUUID(),
          'x-hub-signature-256': await sign(secret, body),
        },
      })
    },
    close: () => app.close(),
  })
}
