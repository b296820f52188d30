// What coding agents did to make the change, each with its transcript.
import type { VNode } from 'preact'
import type { TranscriptRecord } from '../../../src/proposing/agent.ts'
import { html, moment } from '../html.ts'

export function agentsSection(name: string, transcripts: readonly TranscriptRecord[]): VNode | null {
  if (transcripts.length === 0) return null
  return html`<section aria-labelledby="agents">
    <h2 id="agents">Agents</h2>
    <ul>
      ${transcripts.map(
        (one) => html`<li>
          <strong>${one.agent}</strong> ${moment(one.at)}: ${one.requests} requests, ${one.tokens} tokens,
          ${Math.round(one.wallMs / 1000)} s. ${one.ended}${' '}
          <a href=${`/missions/${name}/transcripts/${one.digest}`}>Transcript</a>
        </li>`,
      )}
    </ul>
  </section>` as VNode
}
