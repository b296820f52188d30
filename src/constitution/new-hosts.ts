// Hosts that a change speaks to and that its files did not know before.
import { type FileChange, isTest } from '../candidate/diff.ts'
import { LINE } from '../checks/added-lines.ts'

const URL_IN_TEXT =
  /\b(?:https?|wss?):\/\/([a-z\d](?:[a-z\d.-]*[a-z\d])?\.[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?(?=[/'"`\s?#)\]>,;]|$)/gi
/** RFC 2606 names, one's own machine, and addresses that name a vocabulary and are never asked. */
const NOT_ASKED =
  /(?:^|\.)(?:example(?:\.(?:com|org|net))?|invalid|test|localhost|local)$|^127\.|^0\.0\.0\.0$|^(?:www\.)?(?:w3\.org|json-schema\.org|schema\.org|schemas\.[\w.]+|xmlns\.com|spdx\.org|opensource\.org|apache\.org|gnu\.org)$/i
/** Read by people, and by nobody else. */
const PROSE = /\.(?:md|markdown|txt|rst|adoc)$|(?:^|\/)(?:LICEN[CS]E|COPYING|NOTICE|CHANGELOG|AUTHORS)[^/]*$/i
/** Addresses of packages: what is installed from where is Hunter's question. */
const LOCKED =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|go\.sum|Cargo\.lock|poetry\.lock)$/
const COMMENT = /^\s*(?:\/\/|#|\*|\/\*|--|<!--)/

export interface NewHost {
  readonly host: string
  readonly path: string
  /** 1-based. */
  readonly line: number
}

export function newHosts(changes: readonly FileChange[], before: ReadonlyMap<string, string>): NewHost[] {
  const known = [...before.values()].join('\n').toLowerCase()
  const found = new Map<string, NewHost>()
  for (const { path, added } of changes) {
    if (isTest(path) || PROSE.test(path) || LOCKED.test(path)) continue
    for (const { text, number } of added) {
      if (COMMENT.test(text)) continue
      for (const [, name] of text.slice(0, LINE).matchAll(URL_IN_TEXT)) {
        const host = name!.toLowerCase()
        if (NOT_ASKED.test(host) || known.includes(`//${host}`) || found.has(host)) continue
        found.set(host, { host, path, line: number })
      }
    }
  }
  return [...found.values()]
}
