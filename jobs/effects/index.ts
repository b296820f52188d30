import type { EffectJob } from '../job.ts'
import { announce } from './announce.ts'
import { CHAT_JOBS } from './chat.ts'
import { click } from './count-click.ts'
import { execute } from './execute-mission.ts'
import { expire } from './expire-mission.ts'
import { follow } from './follow-pull-requests.ts'
import { measure } from './measure-again.ts'
import { mirror } from './mirror-capa.ts'
import { propose } from './propose-candidate.ts'
import { publish } from './publish-checkpoint.ts'
import { remindOfCapa } from './remind-capa.ts'
import { remind } from './remind-voters.ts'
import { revise } from './revise-candidate.ts'
import { rollback } from './roll-back.ts'
import { settle } from './settle-session.ts'
import { showPullRequest } from './show-on-pull-request.ts'
import { test } from './test-candidate.ts'
import { unlock } from './unlock-mission.ts'
import { watch } from './watch-execution.ts'

export const EFFECT_JOBS: ReadonlyMap<string, EffectJob> = new Map(
  [
    announce,
    propose,
    revise,
    measure,
    test,
    settle,
    remind,
    remindOfCapa,
    unlock,
    execute,
    watch,
    rollback,
    expire,
    publish,
    follow,
    mirror,
    showPullRequest,
    click,
    ...CHAT_JOBS,
  ].map((job) => [job.kind, job]),
)
