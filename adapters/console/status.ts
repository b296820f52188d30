// How Grace is: every part, every process, every target with the button that stops or lets it go on.
import type { VNode } from 'preact'
import { type Stop, stopSentence } from '../../src/mission/stop.ts'
import type { Health } from '../http/health.ts'
import { html, moment } from './html.ts'

export interface TargetState {
  readonly name: string
  /** Why nothing goes live on it; null = it may. */
  readonly frozen: string | null
}

const stopForm = (stop: Stop | undefined): VNode =>
  html`<section aria-labelledby="stop">
    <h2 id="stop">The stop</h2>
    ${
      stop
        ? html`<p>🛑 ${stopSentence(stop)} Since ${moment(stop.since)}.</p>
            <form method="post" action="/stop/lift"><button>Say that it may go on</button></form>`
        : html`<p>Pressed, nothing goes live anywhere until more than half of the voters lift it. What is live can still be rolled back.</p>
            <form method="post" action="/stop">
              <label for="stop-reason">Why</label>
              <input id="stop-reason" name="reason" required maxlength="300" />
              <button class="danger">Stop everything</button>
            </form>`
    }
  </section>` as VNode

export function statusBody(
  health: Health,
  targets: readonly TargetState[],
  stop: Stop | undefined,
  queues: boolean,
): VNode {
  return html`<h1>Status</h1>
    <section aria-labelledby="parts">
      <h2 id="parts">Parts</h2>
      <ul class="parts" data-live>
        ${Object.entries(health.parts).map(
          ([name, says]) =>
            html`<li>
              <span aria-hidden="true">${health.failing.includes(name) ? '✘' : '✔'}</span> <strong>${name}</strong> ${says}
            </li>`,
        )}
      </ul>
      ${queues ? html`<p><a href="/queues">The job queues</a></p>` : null}
    </section>
    <section aria-labelledby="processes">
      <h2 id="processes">Processes</h2>
      <ul class="parts" data-live>
        ${health.processes.map(
          (one) =>
            html`<li>
              <strong>${one.role}</strong> on ${one.host}, version ${one.version}, since ${moment(one.startedAt)}
            </li>`,
        )}
      </ul>
    </section>
    ${stopForm(stop)}
    <section aria-labelledby="targets">
      <h2 id="targets">Targets</h2>
      <ul class="parts">
        ${targets.map(
          ({ name, frozen }) => html`<li>
            <form method="post" action=${`/targets/${name}/${frozen === null ? 'pause' : 'resume'}`} class="simple">
              <strong>${name}</strong>
              <span>${frozen === null ? 'goes live as voted' : `Stopped: ${frozen}`}</span>
              <button aria-label=${`${frozen === null ? 'Pause' : 'Resume'} ${name}`}>${frozen === null ? 'Pause' : 'Resume'}</button>
            </form>
          </li>`,
        )}
      </ul>
    </section>` as VNode
}
