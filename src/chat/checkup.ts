/** What the doctor found out about a platform, and what mends it. */
export interface Finding {
  readonly fine: boolean
  readonly what: string
  /** Empty where nothing has to be done. */
  readonly mend: string
}
