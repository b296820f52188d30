// Coding agents: any command that gets a brief, asks a model through Grace's relay, and leaves its change in the tree.
import type { Target } from '../config/config.ts'
import type { Brief } from './playbook.ts'

export type Agent = Target['agents'][number]

/** What one run of an agent was. */
export interface AgentRun {
  readonly agent: string
  /** Of the transcript. */
  readonly digest: string
  /** As a sentence's end: `left no change: …`, `took longer than 20 min`. */
  readonly ended: string
  /** Of what was sent and what came back, as the API said it, or estimated where it did not. */
  readonly tokens: number
  readonly requests: number
  readonly wallMs: number
}

export interface Attempt extends AgentRun {
  /** Empty where it left none, or none that is taken. */
  readonly patch: string
  /** Lines of JSON: what went through the relay, then what the command printed. */
  readonly transcript: string
}

export interface Agents {
  /** Runs it on the base commit in a sandbox. `files` are shown to it beside its own evidence, by name. */
  run(
    target: Target,
    agent: Agent,
    baseCommit: string,
    brief: Brief,
    files: Readonly<Record<string, string>>,
  ): Promise<Attempt>
}

/** A transcript as it is kept: insert-only, and named by its content. */
export interface TranscriptRecord extends AgentRun {
  readonly mission: string
  readonly at: Date
}

export interface Transcripts {
  insert(record: Omit<TranscriptRecord, 'at'> & { readonly transcript: string }): Promise<void>
  /** Without the transcripts themselves, oldest first. */
  of(mission: string): Promise<readonly TranscriptRecord[]>
  text(mission: string, digest: string): Promise<string | undefined>
}
