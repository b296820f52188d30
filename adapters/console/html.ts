// The console's markup: htm templates over Preact, rendered on the server. Whatever is put into one is text; only
// `markup` is not.
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'

export { html }
export type Html = VNode | readonly VNode[] | string | null | undefined | false

export const render = (html: VNode | VNode[]): string => renderToString(html as VNode)

/** Markup that we made ourselves out of escaped parts: the highlighter's, and nothing else. */
export const markup = (made: string): { dangerouslySetInnerHTML: { __html: string } } => ({
  dangerouslySetInnerHTML: { __html: made },
})

/** A moment, for people in UTC and for the script to put into the reader's own time zone. */
export const moment = (at: Date | string): Html => {
  const iso = typeof at === 'string' ? at : at.toISOString()
  return html`<time datetime=${iso}>${`${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`}</time>` as VNode
}

/** A share of what was possible, as a bar beside its figure. */
export const bar = (share: number, kind: string): Html =>
  html`<svg class=${`bar ${kind}`} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    <rect class="rest" width="100" height="6" />
    <rect class="part" width=${Math.round(Math.max(0, Math.min(1, share)) * 1000) / 10} height="6" />
  </svg>` as VNode

/** A link that came from outside: only to a web page, and the page learns nothing of us. */
export const outward = (url: string | null, text: string): Html =>
  url !== null && /^https?:\/\//i.test(url)
    ? (html`<a href=${url} rel="noopener noreferrer">${text}</a>` as VNode)
    : null
