// A Grace of its own for every test of a file; afterwards its ledger is whole.
import { afterEach, expect } from 'vitest'
import { type Bot, type BotOptions, openBot } from './bot.ts'

export function ownBots(): (options?: BotOptions) => Promise<Bot> {
  let opened: Bot | undefined
  afterEach(async () => {
    const bot = opened
    opened = undefined
    if (!bot) return
    expect(await bot.ledgerIsWhole(), 'the ledger is whole').toBe(true)
    await bot.close()
  })
  return async (options) => {
    opened = await openBot(options)
    return opened
  }
}
