import { randomBytes, randomUUID } from 'node:crypto'

export const newId = (): string => randomUUID()

/** 96 random bits: unique however many are made per second. */
export const newMissionId = (): string => `auto_mission_${randomBytes(12).toString('hex')}`

/** How people say a mission's name in chat. */
export const shortName = (number: number): string => `M-${number}`

/** The number in `M-12`, `m-12` or `12`; undefined for anything else. */
export function shortNumber(text: string): number | undefined {
  const match = /^(?:m-)?(\d{1,9})$/i.exec(text.trim())
  return match ? Number(match[1]) : undefined
}
