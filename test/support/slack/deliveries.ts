// Everything that Slack sends to the app, by whichever transport, until it is acknowledged or 3 s have passed.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { DeliveryFaults } from './faults.ts'
import type { Channel, Delivery, DeliveryKind, Fields } from './shapes.ts'
import type { Workspace } from './workspace.ts'

export type Acknowledge = (from: number | 'http', response: unknown) => void

export interface Transport {
  /** Sends one copy; returns why it cannot. */
  send(
    delivery: Delivery,
    retryReason: string | undefined,
    acknowledge: Acknowledge,
    fail: (why: string) => void,
  ): string | undefined
}

export class Deliveries {
  readonly faults = new DeliveryFaults()
  transport: Transport
  readonly #w: Workspace
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(w: Workspace, transport: Transport) {
    this.#w = w
    this.transport = transport
    w.publish = (event, channel) => this.#publish(event, channel)
  }

  /** Sends a payload and waits for its acknowledgement, at most 3 s. */
  send(kind: DeliveryKind, payload: Fields, retryNum = 0, retryReason?: string): Promise<Delivery> {
    const delivery: Delivery = {
      envelopeId: crypto.randomUUID(),
      kind,
      payload,
      retryNum,
      acknowledged: false,
      acknowledgedInMs: Infinity,
      response: undefined,
      why: undefined,
      acks: [],
      connections: [],
    }
    this.#w.deliveries.push(delivery)
    return this.#track(this.#carry(delivery, retryReason))
  }

  /** Sends the same payload once more in a new envelope, as Slack does where it saw no acknowledgement. */
  again(delivery: Delivery, reason = 'http_timeout'): Promise<Delivery> {
    return this.send(delivery.kind, delivery.payload, delivery.retryNum + 1, reason)
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size) await Promise.all(this.#underWay)
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work)
    void work.finally(() => this.#underWay.delete(work))
    return work
  }

  async #carry(delivery: Delivery, retryReason: string | undefined): Promise<Delivery> {
    const changed = () => this.#w.changed()
    const { twice } = await this.faults.gate(changed)
    await new Promise<void>((resolve) => {
      const sentAt = performance.now()
      const end = (why?: string) => {
        clearTimeout(deadline)
        if (why && !delivery.acknowledged) delivery.why ??= why
        resolve()
      }
      const deadlineMs = this.#w.options.ackDeadlineMs
      const deadline = setTimeout(() => end(`not acknowledged in ${deadlineMs} ms`), deadlineMs)
      const acknowledge: Acknowledge = (connection, response) => {
        const afterMs = performance.now() - sentAt
        if (!delivery.acks.length && afterMs <= deadlineMs && delivery.why === undefined)
          Object.assign(delivery, { acknowledged: true, acknowledgedInMs: afterMs, response })
        if (response !== undefined && delivery.kind === 'events_api')
          this.#w.warn('an event was acknowledged with a response payload')
        delivery.acks.push({ afterMs, connection })
        end()
        changed()
      }
      for (let copies = twice ? 2 : 1; copies > 0; copies--) {
        const why = this.transport.send(delivery, retryReason, acknowledge, end)
        if (why) end(why)
      }
    })
    changed()
    return delivery
  }

  #publish(event: Fields, channel: Channel): Promise<Delivery> | undefined {
    if (!channel.isMember) return undefined
    const payload = envelopeOf(this.#w, event, channel)
    return this.#track(this.#withRetries(payload))
  }

  async #withRetries(payload: Fields): Promise<Delivery> {
    await nextTurn()
    const first = await this.send('events_api', payload)
    let last = first
    for (const waitMs of this.#w.options.eventRetriesMs) {
      if (last.acknowledged) break
      await sleep(waitMs, undefined, { ref: false })
      last = await this.again(last)
    }
    return last
  }
}

/** The outer part of an event. */
function envelopeOf(w: Workspace, event: Fields, channel: Channel): Fields {
  const { team, bot, appId } = w.options
  const authorization = { team_id: team.id, user_id: bot.user, is_bot: true }
  return {
    token: 'verification-token',
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: appId,
    event,
    type: 'event_callback',
    event_id: w.id('Ev'),
    event_time: Math.floor(w.now() / 1000),
    authorizations: [{ enterprise_id: null, ...authorization, is_enterprise_install: false }],
    is_ext_shared_channel: channel.isExtShared,
    event_context: `4-${event.type}-${channel.id}`,
  }
}
