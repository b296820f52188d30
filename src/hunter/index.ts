import type { Check } from '../checks/check.ts'
import { immutableLogging } from './immutable-logging.ts'
import { noMaliciousCode } from './malicious-code.ts'
import { securityScan } from './security-scan.ts'
import { cryptographicSignatures } from './signatures.ts'
import { noVulnerabilities } from './vulnerabilities.ts'

export { securityScore } from './finding.ts'

export const HUNTER: readonly Check[] = [
  securityScan,
  noMaliciousCode,
  noVulnerabilities,
  cryptographicSignatures,
  immutableLogging,
]
