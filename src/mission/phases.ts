// Mission Control's one table: which phase may follow which. The database holds the same rows and refuses others.

export const PHASES = [
  'detected',
  'sandbox_testing',
  'discussion',
  'consensus',
  'live_execution',
  'monitoring',
  'complete',
] as const
export type Phase = (typeof PHASES)[number]

export const OUTCOMES = [
  'succeeded',
  'rolled_back',
  'cancelled',
  'expired',
  'failed',
  'superseded',
  'inconclusive',
] as const
export type Outcome = (typeof OUTCOMES)[number]

export const TRANSITIONS: readonly (readonly [from: Phase, to: Phase])[] = [
  ['detected', 'sandbox_testing'],
  ['detected', 'complete'],
  ['sandbox_testing', 'discussion'],
  ['sandbox_testing', 'complete'],
  ['discussion', 'consensus'],
  ['discussion', 'sandbox_testing'],
  ['discussion', 'complete'],
  ['consensus', 'live_execution'],
  ['consensus', 'sandbox_testing'],
  ['consensus', 'complete'],
  ['live_execution', 'monitoring'],
  ['live_execution', 'complete'],
  ['monitoring', 'complete'],
]

export const mayMove = (from: Phase, to: Phase): boolean =>
  TRANSITIONS.some(([a, b]) => a === from && b === to)
