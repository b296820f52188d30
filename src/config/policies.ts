// What is wrong with the policies of grace.yaml. Cedar is loaded only where there are any.
import { openPolicies, PolicyFaults } from '../policies/engine.ts'
import type { ConfigFault } from './faults.ts'

export function faultsOfPolicies(policies: string): ConfigFault[] {
  if (policies.trim() === '') return []
  try {
    openPolicies(policies)
    return []
  } catch (error) {
    if (!(error instanceof PolicyFaults)) throw error
    return error.faults.map((problem) => ({ path: 'policies', problem }))
  }
}
