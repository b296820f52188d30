import { broken } from './broken.ts'
import { reject } from './reject.ts'
import { rollback } from './rollback.ts'
import { stale } from './stale.ts'
import type { DemoStory } from './story.ts'
import { weak } from './weak.ts'

export const STORIES: readonly DemoStory[] = [reject, broken, weak, rollback, stale]
