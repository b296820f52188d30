// The change: the diff in syntax colours, and what became of the tests.
import hljs from 'highlight.js/lib/common'
import type { VNode } from 'preact'
import { type DiffLine, type FileDiff, hunksOf } from '../../../src/candidate/diff.ts'
import type { Card } from '../../../src/cards/card.ts'
import { html, markup } from '../html.ts'

/** Lines of one page; what is over is in the patch itself. */
const MOST_LINES = 1_500
const LONGEST_LINE = 400

export function changeSection(card: Card, patch: string): VNode | null {
  if (!card.change || patch === '') return null
  const { files, added, removed, risk, revision, authors } = card.change
  let left = MOST_LINES
  const shown = hunksOf(patch).flatMap((file) => {
    if (left <= 0) return []
    left -= file.hunks.reduce((n, hunk) => n + hunk.lines.length, 0)
    return [fileDiff(file)]
  })
  return html`<section aria-labelledby="change">
    <h2 id="change">The change</h2>
    <p>
      Revision ${revision} by ${authors.join(', ')}: ${files} ${files === 1 ? 'file' : 'files'}, +${added} −${removed}, risk ${risk}.${' '}
      <a href=${`/missions/${card.name}/change.patch`}>As a patch</a>
    </p>
    ${shown}
    ${shown.length < files ? html`<p>${files - shown.length} more files are in the patch.</p>` : null}
  </section>` as VNode
}

const WORDS = { added: 'added', deleted: 'deleted', modified: 'changed', renamed: 'renamed' } as const
const SIGNS = { context: ' ', added: '+', removed: '-' } as const

function fileDiff(file: FileDiff): VNode {
  return html`<details class="file" open>
    <summary><code>${file.path}</code> <span class="hint">${WORDS[file.kind]}</span></summary>
    ${
      file.binary
        ? html`<p>A binary file.</p>`
        : html`<div class="wide" tabindex="0" role="region" aria-label=${`Diff of ${file.path}`}>
            <table class="diff">
              ${file.hunks.map(
                (hunk) => html`<tbody>
                  <tr class="hunk"><td colspan="3">${hunk.header}</td></tr>
                  ${coloured(file.path, hunk.lines).map(
                    ({ line, markup: made }) => html`<tr class=${line.kind}>
                      <td class="number">${line.old ?? ''}</td>
                      <td class="number">${line.new ?? ''}</td>
                      <td><code><span class="sign">${SIGNS[line.kind]}</span><span ...${markup(made)} /></code></td>
                    </tr>`,
                  )}
                </tbody>`,
              )}
            </table>
          </div>`
    }
  </details>` as VNode
}

/** Each side is coloured as a whole, so that a comment of many lines is one; then taken apart line by line. */
function coloured(path: string, lines: readonly DiffLine[]): { line: DiffLine; markup: string }[] {
  const language = languageOf(path)
  const side = (without: DiffLine['kind']) =>
    colour(
      language,
      lines.filter((line) => line.kind !== without).map((line) => line.text.slice(0, LONGEST_LINE)),
    )
  const [before, after] = [side('added'), side('removed')]
  return lines.map((line) => {
    const old = line.kind === 'added' ? '' : (before.shift() ?? '')
    const now = line.kind === 'removed' ? '' : (after.shift() ?? '')
    return { line, markup: line.kind === 'removed' ? old : now }
  })
}

const languageOf = (path: string): string | undefined => {
  const name = path.split('/').at(-1) ?? ''
  const ending = name.split('.').at(-1)?.toLowerCase() ?? ''
  return [ending, name.toLowerCase()].find((one) => hljs.getLanguage(one))
}

/** Highlighted lines, each with its spans closed. highlight.js escapes all of the text (its `value` is HTML). */
function colour(language: string | undefined, lines: readonly string[]): string[] {
  const made = hljs.highlight(lines.join('\n'), {
    language: language ?? 'plaintext',
    ignoreIllegals: true,
  }).value
  let open: string[] = []
  return made.split('\n').map((line) => {
    const before = open.join('')
    for (const [tag] of line.matchAll(/<\/?span[^>]*>/g))
      open = tag.startsWith('</') ? open.slice(0, -1) : [...open, tag]
    return before + line + '</span>'.repeat(open.length)
  })
}

interface TestCounts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** `body` is the evidence's own. */
export function testsSection(body: unknown): VNode | null {
  const tests = (
    body as {
      tests?: Partial<Record<'baseline' | 'candidate', TestCounts>> & {
        changed?: { name: string; change: string }[]
      }
    }
  )?.tests
  if (!tests?.candidate || !tests.baseline) return null
  const row = (label: string, of: TestCounts) => html`<tr>
    <th scope="row">${label}</th><td class="figure">${of.passed}</td><td class="figure">${of.failed}</td><td class="figure">${of.skipped}</td>
  </tr>`
  const changed = tests.changed ?? []
  return html`<section aria-labelledby="tests">
    <h2 id="tests">Tests</h2>
    <table>
      <thead><tr><td></td><th scope="col">passed</th><th scope="col">failed</th><th scope="col">skipped</th></tr></thead>
      <tbody>${row("Today's code", tests.baseline)}${row('With the change', tests.candidate)}</tbody>
    </table>
    ${
      changed.length === 0
        ? html`<p>Every test ends as it did before.</p>`
        : html`<ul>${changed.slice(0, 100).map((test) => html`<li><strong>${test.change}</strong> ${test.name}</li>`)}</ul>`
    }
  </section>` as VNode
}
