// What a script adds: the sign-in link's secret is sent from behind the #, times are the reader's own, and the page
// stays up to date. Without it everything can be read and done.
import { Idiomorph } from '/console/idiomorph.js'
import '/console/passkey.js'

const signIn = document.querySelector('form[data-sign-in]')
const enter = () => {
  if (!signIn || location.hash.length < 2) return
  signIn.elements.code.value = location.hash.slice(1)
  // Neither in the history nor in a bookmark.
  history.replaceState(null, '', location.pathname + location.search)
  signIn.requestSubmit()
}
enter()
// A link that is opened where this page is open already loads nothing.
addEventListener('hashchange', enter)

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const inOwnTime = (root) => {
  for (const time of root.querySelectorAll('time[datetime]'))
    time.textContent = format.format(new Date(time.dateTime))
}
inOwnTime(document)

/** What a person is at is left alone: a field with words in it, what has the focus, what was opened or closed. */
const untouched = (old, fresh) => {
  if (old === document.activeElement && old.matches?.('input, textarea, select')) return false
  if (old.matches?.('textarea, input') && old.value !== old.defaultValue) return false
  if (old.matches?.('input[type=checkbox]') && old.checked !== old.defaultChecked) return false
  if (old.tagName === 'DETAILS' && fresh.tagName === 'DETAILS') fresh.open = old.open
  return true
}

let asked = 0
async function refresh() {
  const mine = ++asked
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
  // Signed out meanwhile: the page stays as it is until something is done on it.
  if (!answer.ok || new URL(answer.url).pathname !== location.pathname) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  if (mine !== asked) return
  const main = fresh.querySelector('main')
  const said = document.querySelector('main > .said')
  // What was said to this person stays until they go on.
  if (said && !main.querySelector(':scope > .said')) main.prepend(said.cloneNode(true))
  inOwnTime(main)
  Idiomorph.morph(document.querySelector('main'), main, {
    callbacks: { beforeNodeMorphed: untouched },
    restoreFocus: true,
  })
  document.title = fresh.title
}

if (document.querySelector('[data-live]')) {
  const mission = document.querySelector('[data-mission]')?.dataset.mission
  let due
  const soon = () => {
    clearTimeout(due)
    due = setTimeout(() => void refresh().catch(() => {}), 250)
  }
  let lost = false
  const changes = new EventSource('/changes')
  changes.addEventListener('mission', (event) => {
    if (mission === undefined || JSON.parse(event.data) === mission) soon()
  })
  // What happened while the line was down is seen as well.
  changes.addEventListener('ready', () => {
    if (lost) soon()
    lost = false
  })
  changes.addEventListener('error', () => {
    lost = true
  })
  addEventListener('pagehide', () => changes.close())
}
