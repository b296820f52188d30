// Every Grace process says now and then that it is there and how its parts are. What is not heard of is gone.

export interface ProcessRecord {
  /** Distinct for every start. */
  readonly id: string
  readonly role: string
  readonly version: string
  readonly host: string
  /** Part → what it says of itself. */
  readonly parts: Readonly<Record<string, string>>
  readonly startedAt: Date
}

export interface Processes {
  beat(self: Omit<ProcessRecord, 'startedAt'>): Promise<void>
  /** Those that were heard of within `SILENT_MS`, oldest first. */
  living(): Promise<readonly ProcessRecord[]>
  leave(id: string): Promise<void>
}

export const BEAT_MS = 5_000
/** Three beats that did not come. */
export const SILENT_MS = 15_000
