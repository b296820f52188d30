import type { Check } from '../checks/check.ts'
import { approvalRequirements } from './approval-requirements.ts'
import { permissionLevels } from './permission-levels.ts'
import { policyCompliance } from './policy-compliance.ts'
import { resourceLimits } from './resource-limits.ts'
import { riskAssessment } from './risk-assessment.ts'

export const GOVERNANCE: readonly Check[] = [
  policyCompliance,
  permissionLevels,
  resourceLimits,
  riskAssessment,
  approvalRequirements,
]
