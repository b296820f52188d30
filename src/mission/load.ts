// Loading with a clear refusal where there is nothing to load.
import type { Candidate } from '../candidate/candidate.ts'
import { missing, Refusal } from '../kernel/refusal.ts'
import type { EvidenceRecord, Stores } from './context.ts'
import type { Mission } from './mission.ts'

export async function lockMission(stores: Pick<Stores, 'missions'>, id: string): Promise<Mission> {
  const mission = await stores.missions.lock(id)
  if (!mission) throw missing('mission', id, 'List missions to see what there is.')
  return mission
}

export async function findMission(stores: Pick<Stores, 'missions'>, id: string): Promise<Mission> {
  const mission = await stores.missions.find(id)
  if (!mission) throw missing('mission', id, 'List missions to see what there is.')
  return mission
}

/** The candidate and evidence that a mission points at. Their absence is a fault of ours. */
export async function findCandidate(
  stores: Pick<Stores, 'candidates'>,
  mission: Mission,
): Promise<Candidate> {
  const candidate = mission.candidate ? await stores.candidates.find(mission.candidate) : undefined
  if (!candidate) throw new Error(`${mission.id} has no candidate in ${mission.phase}`)
  return candidate
}

export async function findEvidence(
  stores: Pick<Stores, 'evidence'>,
  mission: Mission,
): Promise<EvidenceRecord> {
  const evidence = mission.evidence ? await stores.evidence.find(mission.evidence) : undefined
  if (!evidence) throw new Error(`${mission.id} has no evidence in ${mission.phase}`)
  return evidence
}

export const alreadyComplete = (mission: Mission): Refusal =>
  new Refusal(
    'conflict',
    'mission_complete',
    `M-${mission.number} is complete (${mission.outcome}).`,
    'Open a new mission; a completed one stays as it is.',
  )
