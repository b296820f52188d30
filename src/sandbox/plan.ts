import type { Command } from '../config/units.ts'

/** How the tests of a project are run where grace.yaml does not say. Commands are for sh in the tree. */
export interface Plan {
  readonly runner: 'node:test' | 'vitest' | 'jest' | 'mocha' | 'tap' | 'ava' | 'pytest' | 'go test'
  /** Run once per lockfile; not where there is nothing to install. */
  readonly install?: Command
  readonly test: { readonly command: Command; readonly report: string; readonly coverage?: string }
  /** One sentence for people. */
  readonly why: string
}

export const REPORTS = '.grace-reports'
/** A report that is left from an earlier run must not pass for one of this. */
export const FRESH = `rm -rf ${REPORTS} && mkdir -p ${REPORTS}`
