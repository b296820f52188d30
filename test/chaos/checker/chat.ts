// What people see: one live card for a mission in a channel, with the buttons of the session that is open; receipts
// that are true; nothing that is secret.
import { type ButtonShown, buttonsIn, type ChatRecord, type ShownMessage, wordsIn } from './chat-record.ts'
import { type Checking, group } from './checking.ts'
import type { Mission } from './records.ts'

type Platform = 'slack' | 'discord'

export function checkChats(c: Checking): void {
  for (const platform of ['slack', 'discord'] as const) {
    const record = c.chats[platform]
    if (!record) continue
    checkButtonsAreReal(c, platform, record)
    checkReceipts(c, platform, record)
    if (!c.settled) continue
    checkCards(c, platform, record)
    checkTold(c, platform, record)
    checkPresses(c, platform, record)
  }
  checkSecrets(c)
}

interface Card {
  readonly message: ShownMessage
  readonly buttons: readonly ButtonShown[]
  readonly mission: string
}

/** A card is a message of Grace's own in the channel with the button that opens a mission's details. */
const cardsIn = ({ messages }: ChatRecord): Card[] =>
  messages.flatMap((message) => {
    if (!message.byBot || !message.live || message.thread !== null) return []
    const buttons = buttonsIn(message.content)
    const details = buttons.find((button) => button.action === 'details')
    return details ? [{ message, buttons, mission: details.about }] : []
  })

const isVote = ({ action }: ButtonShown): boolean => /^(?:vote|ask):/.test(action)

function checkCards(c: Checking, platform: Platform, record: ChatRecord): void {
  const { records, report } = c
  const cards = cardsIn(record)
  for (const [where, of] of group(cards, (card) => `${card.mission} in ${card.message.channel}`))
    if (of.length > 1) report('card', `${platform}: ${of.length} live cards of ${where}`)
  for (const { mission, message } of cards) {
    const row = records.cards.find(
      (one) => one.mission === mission && one.platform === platform && one.channel === message.channel,
    )
    if (row?.message !== message.id)
      report(
        'card',
        `${platform}: the card ${message.id} of ${mission}; Grace knows ${row?.message ?? 'none'}`,
      )
  }
  for (const row of records.cards.filter((one) => one.platform === platform)) {
    const card = cards.find((one) => one.mission === row.mission && one.message.channel === row.channel)
    if (!card && row.trouble === null)
      report('card', `${platform}: no live card of ${row.mission} in ${row.channel}`)
    const mission = records.missions.find((one) => one.id === row.mission)
    if (card && mission) checkVoteButtons(c, platform, card, mission)
  }
}

function checkVoteButtons(
  { records, report }: Checking,
  platform: Platform,
  card: Card,
  mission: Mission,
): void {
  const say = (what: string) =>
    report('buttons', `${platform}: the card of M-${mission.number}, ${mission.phase}: ${what}`)
  const open = records.sessions.find((one) => one.mission === mission.id && one.state === 'open')
  const votes = card.buttons.filter(isVote)
  const about = [...new Set(votes.map((button) => button.about))]
  if (!open && votes.length > 0) say(`no session is open, and its buttons are about ${about}`)
  if (open && (about.length !== 1 || about[0] !== open.id))
    say(`${open.id} is open, its buttons are about ${about}`)
  for (const wanted of open ? ['approve', 'reject', 'abstain'] : [])
    if (!votes.some((button) => button.action.endsWith(`:${wanted}`))) say(`there is no button to ${wanted}`)
}

/** No text can forge a button: each is about something that is there. */
function checkButtonsAreReal({ records, report }: Checking, platform: Platform, record: ChatRecord): void {
  const known = new Set([...records.sessions, ...records.missions].map((one) => one.id))
  const shown = record.messages.filter((one) => one.byBot)
  for (const { id, content } of shown)
    for (const { action, about } of buttonsIn(content))
      if (/^(?:vote:|ask:|details|revise)/.test(action) && !known.has(about))
        report('buttons', `${platform}: the button ${action} of ${id} is about ${about || 'nothing'}`)
}

/** Words without what a platform's markdown adds to them. */
const bare = (text: string): string =>
  text
    .replaceAll(/&(?:amp|lt|gt);/g, '')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()
const accountOf = (account: string): string => account.split('/').at(-1)!

/** A receipt that says "counted" is the inbox's, for that person; which vote explains it is the clicks' check. */
function checkReceipts({ records, settled, report }: Checking, platform: Platform, record: ChatRecord): void {
  for (const { user, content } of record.whispers) {
    const text = wordsIn(content)
    if (!/✅.*\b(?:vote)\b.*\b(?:counted|now|stands|withdrawn)\b/i.test(text)) continue
    const row = records.inbox.find(
      (one) =>
        one.platform === platform &&
        accountOf(one.account) === user &&
        one.sentence !== null &&
        bare(text).includes(bare(one.sentence)),
    )
    // Without `settled` the rows may be older than what was told since.
    if (!row && settled) report('receipts', `${platform}: ${user} was told "${text}", and no click says so`)
    if (row && row.outcome !== 'counted' && row.outcome !== 'changed')
      report('receipts', `${platform}: ${user} was told "${text}"; the click is ${row.outcome}`)
  }
}

/** What became of a click reached the one who clicked: privately, or where there was no private way any more, openly. */
function checkTold({ records, report }: Checking, platform: Platform, record: ChatRecord): void {
  const openly = record.messages.filter((one) => one.byBot).map((one) => bare(wordsIn(one.content)))
  for (const { key, platform: on, account, sentence, outcome } of records.inbox) {
    if (on !== platform || sentence === null) continue
    const said = bare(sentence)
    const privately = record.whispers.filter((one) => one.user === accountOf(account))
    if (
      !privately.some((one) => bare(wordsIn(one.content)).includes(said)) &&
      !openly.some((one) => one.includes(said))
    )
      report('receipts', `${platform}: ${account} was never told that ${key} is ${outcome}`)
  }
}

const SAID_NO = /not (?:counted|recorded)|own (?:workspace|server)/i

/** An acknowledged press stands in the inbox, or its person was told that it does not. */
function checkPresses({ records, report }: Checking, platform: Platform, record: ChatRecord): void {
  const recorded = new Set(records.inbox.map((one) => one.key))
  const sentences = new Set(records.inbox.map((one) => bare(one.sentence ?? '')))
  const lost = (record.presses ?? []).filter((press) => press.acknowledged && !recorded.has(press.key))
  for (const [user, presses] of group(lost, (press) => press.user)) {
    const keys = [...new Set(presses.map((press) => press.key))]
    const told = record.whispers
      .filter((one) => one.user === user)
      .map((one) => wordsIn(one.content))
      .filter(
        (text) =>
          SAID_NO.test(text) && ![...sentences].some((said) => said !== '' && bare(text).includes(said)),
      )
    if (told.length < keys.length)
      report(
        'clicks',
        `${platform}: ${user} pressed ${keys.join(', ')}; it stands nowhere, and nobody said so`,
      )
  }
}

const SECRET = [
  /\bxox[abeoprs]-[\w-]{8,}/,
  /\bxapp-[\w-]{8,}/,
  /\bgrace_[A-Za-z0-9_-]{43}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /AGE-SECRET-KEY-1/,
]

function checkSecrets({ records, chats, secrets, report }: Checking): void {
  const look = (where: string, text: string) => {
    const found = SECRET.find((one) => one.test(text)) ?? secrets.find((one) => text.includes(one))
    if (found) report('secrets', `${where} has what looks like one (${String(found).slice(0, 12)}…)`)
  }
  for (const { id, leaf } of records.entries) look(`ledger entry ${id}`, leaf)
  for (const { entry, text } of records.ledger_texts) look(`words of ledger entry ${entry}`, text ?? '')
  for (const { id, payload, last_error } of records.outbox)
    look(`effect ${id}`, `${JSON.stringify(payload)} ${last_error ?? ''}`)
  for (const [platform, record] of Object.entries(chats)) {
    for (const { id, byBot, history } of record.messages)
      if (byBot) look(`${platform} message ${id}`, JSON.stringify(history))
    for (const { user, content } of record.whispers)
      look(`${platform}, told to ${user}:`, JSON.stringify(content))
  }
}
