/** Runs of a property: few in the suite, where it runs with all others; GRACE_RUNS multiplies them, as the closing note says. */
export const runs = (few: number): { readonly numRuns: number } => ({
  numRuns: few * Number(process.env.GRACE_RUNS ?? 1),
})
