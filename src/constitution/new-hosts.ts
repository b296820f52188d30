// Hosts that a change speaks to and that its files did not know before.
import { type FileChange, isTest } from '../candidate/diff.ts'
import { LINE } from '../checks/added-lines.ts'
import { isComment } from './comment.ts'

const URL_IN_TEXT =
  /\b(?:https?|wss?):\/\/(?:[^/@\s'"`]{1,100}@)?([a-z\d](?:[a-z\d.-]{0,250}[a-z\d])?\.[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?(?=[/'"`\s?#)\]>,;]|$)/gi
/** RFC 2606 names, one's own machine, and addresses that name a vocabulary and are never asked. */
const NOT_ASKED =
  /(?:^|\.)(?:example(?:\.(?:com|org|net))?|invalid|test|localhost|local)$|^127(?:\.\d+){3}$|^0\.0\.0\.0$|^(?:www\.)?(?:w3\.org|json-schema\.org|schema\.org|json\.schemastore\.org|schemas\.(?:microsoft\.com|openxmlformats\.org|xmlsoap\.org|android\.com)|xmlns\.com|spdx\.org|opensource\.org|apache\.org|gnu\.org)$/i
/** Keys that say where something is described, for people and editors. */
const DESCRIBES =
  /^\s*["']?(?:homepage|repository|bugs|funding|url|author|\$schema|\$id|documentation)["']?\s*:/
/** Read by people, and by nobody else. */
const PROSE = /\.(?:md|markdown|txt|rst|adoc)$|(?:^|\/)(?:LICEN[CS]E|COPYING|NOTICE|CHANGELOG|AUTHORS)[^/]*$/i
/** Addresses of packages: what is installed from where is Hunter's question. */
const LOCKED =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|go\.sum|Cargo\.lock|poetry\.lock)$/
const MANIFEST = /(?:^|\/)(?:package\.json|pyproject\.toml|Cargo\.toml|composer\.json|[\w.-]*schema\.json)$/

export interface NewHost {
  readonly host: string
  readonly path: string
  /** 1-based. */
  readonly line: number
}

export function newHosts(changes: readonly FileChange[], before: ReadonlyMap<string, string>): NewHost[] {
  const known = new Set(
    [...before.values()].flatMap((text) =>
      [...text.matchAll(/\/\/(?:[^/@\s'"`]{1,100}@)?([a-z\d][a-z\d.-]{0,250})/gi)].map(([, host]) =>
        host!.toLowerCase(),
      ),
    ),
  )
  const found = new Map<string, NewHost>()
  for (const { path, added } of changes) {
    if (isTest(path) || PROSE.test(path) || LOCKED.test(path)) continue
    for (const { text, number } of added) {
      if (isComment(text, path) || (MANIFEST.test(path) && DESCRIBES.test(text))) continue
      for (const [, name] of text.slice(0, LINE).matchAll(URL_IN_TEXT)) {
        const host = name!.toLowerCase()
        if (NOT_ASKED.test(host) || known.has(host) || found.has(host)) continue
        found.set(host, { host, path, line: number })
      }
    }
  }
  return [...found.values()]
}
