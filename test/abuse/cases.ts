// The 65 abuses of SANDBOX.md section 7, in order.
import type { Case } from './case.ts'
import { FILES } from './tried/files.ts'
import { INTEGRITY } from './tried/integrity.ts'
import { KERNEL } from './tried/kernel.ts'
import { LIMITS } from './tried/limits.ts'
import { NETWORK } from './tried/network.ts'
import { PROCESSES } from './tried/processes.ts'

export const CASES: readonly Case[] = [
  ...FILES,
  ...PROCESSES,
  ...KERNEL,
  ...NETWORK,
  ...LIMITS,
  ...INTEGRITY,
].sort((a, b) => a.number - b.number)
