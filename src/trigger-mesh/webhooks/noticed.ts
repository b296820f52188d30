import type { Finding } from '../opportunity.ts'

/** What somebody else noticed, before it is cleaned and known whose it is. */
export type Noticed = Omit<Finding, 'target' | 'detector' | 'claims'>

/** The first that says anything. */
export const firstOf = (...texts: readonly (string | undefined)[]): string =>
  texts.find((text) => text !== undefined && text.trim() !== '') ?? ''
