import { backdoors } from './backdoors.ts'
import { commands } from './commands.ts'
import { destruction } from './destruction.ts'
import { exfiltration } from './exfiltration.ts'
import { hiddenCode } from './hidden-code.ts'
import { hiddenNames } from './hidden-names.ts'
import { obfuscation } from './obfuscation.ts'
import { persistence } from './persistence.ts'
import { reverseShell } from './reverse-shell.ts'
import type { Rule } from './rule.ts'
import { tampering } from './tampering.ts'

export const RULES: readonly Rule[] = [
  hiddenCode,
  hiddenNames,
  commands,
  exfiltration,
  reverseShell,
  persistence,
  destruction,
  tampering,
  backdoors,
  obfuscation,
]
