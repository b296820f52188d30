import type { Check } from '../checks/check.ts'
import { accountability } from './accountability.ts'
import { autonomy } from './autonomy.ts'
import { fairness } from './fairness.ts'
import { lawAndEthics } from './law-and-ethics.ts'
import { privacy } from './privacy.ts'
import { safety } from './safety.ts'
import { transparency } from './transparency.ts'

export const CONSTITUTION: readonly Check[] = [
  autonomy,
  lawAndEthics,
  transparency,
  accountability,
  fairness,
  privacy,
  safety,
]
