import type { Config } from '../config/config.ts'
import { type Channel, PLATFORMS } from './person.ts'

/** Where a target's cards are shown: its own channels, else everybody's. */
export function channelsOf(config: Config, target: string): Channel[] {
  const own = config.targets.get(target)?.channels ?? {}
  return PLATFORMS.flatMap((platform) => {
    const channel = own[platform] ?? config.chat[platform]?.channel
    return channel === undefined ? [] : [{ platform, channel }]
  })
}
