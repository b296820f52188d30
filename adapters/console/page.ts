// The frame of every page, and the headers that make it inert.
import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { html, render } from './html.ts'

/** Said once at the top of a page: what became of what the person just did. */
export interface Said {
  readonly kind: 'done' | 'refused'
  readonly text: string
  /** What they can do about it. */
  readonly next?: string
}

export interface Page {
  readonly title: string
  readonly body: VNode | VNode[]
  /** Whoever is signed in; nobody on the sign-in page. */
  readonly who?: string
  readonly said?: Said | undefined
  readonly status?: number
  /** Seconds after which the browser asks again, where there is no script to do it. */
  readonly again?: number
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not `no-referrer`: a form's own Origin header would be "null" (Fetch standard, "append a request Origin header").
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

const NAV = [
  ['/', 'Missions'],
  ['/propose', 'Propose'],
  ['/learned', 'Learned'],
  ['/status', 'Status'],
] as const

export function sendPage(reply: FastifyReply, page: Page): FastifyReply {
  const document = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      ${page.again === undefined ? null : html`<meta http-equiv="refresh" content=${String(page.again)} />`}
      <title>${page.title} · Grace</title>
      <link rel="icon" href="/console/icon.svg" type="image/svg+xml" />
      <link rel="stylesheet" href="/console/console.css" />
      <script type="module" src="/console/console.js"></script>
    </head>
    <body>
      <a class="skip" href="#main">Skip to the content</a>
      <header>
        <a class="brand" href="/">Grace</a>
        ${
          page.who &&
          html`<nav aria-label="Console">
              ${NAV.map(([path, name]) => html`<a href=${path}>${name}</a>`)}
            </nav>
            <form class="who" method="post" action="/sign-out">
              <span>${page.who}</span>
              <button class="quiet">Sign out</button>
            </form>`
        }
      </header>
      <main id="main" tabindex="-1">
        ${
          page.said &&
          html`<div class=${`said ${page.said.kind}`} role=${page.said.kind === 'done' ? 'status' : 'alert'}>
            <p>${page.said.text}</p>
            ${page.said.next && html`<p>${page.said.next}</p>`}
          </div>`
        }
        ${page.body}
      </main>
    </body>
  </html>` as VNode
  return reply
    .code(page.status ?? 200)
    .headers({ ...HEADERS })
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>${render(document)}`)
}
