import { checkView } from '../limits.ts'
import { checkFiles, invalid, withIds } from '../messages.ts'
import { type Block, type Fields, isFields, listOf, Refused, textOf, type View } from '../shapes.ts'
import type { Workspace } from '../workspace.ts'
import type { Method } from './method.ts'

const MOST_STACKED = 3

export const views: Readonly<Record<string, Method>> = {
  'views.open': (w, args) => {
    const content = checked(w, args.view)
    const user = useTrigger(w, args.trigger_id)
    closeAll(w, user)
    return { view: viewJson(w, show(w, user, content)) }
  },

  'views.push': (w, args) => {
    const content = checked(w, args.view)
    const user = useTrigger(w, args.trigger_id)
    return { view: viewJson(w, push(w, user, content)) }
  },

  'views.update': (w, args) => {
    const content = checked(w, args.view)
    const view = [...w.views.values()].find(
      (one) => one.isOpen && (one.id === args.view_id || isExternal(one, args.external_id)),
    )
    if (!view) throw new Refused('not_found')
    if (args.hash !== undefined && args.hash !== view.hash) throw new Refused('hash_conflict')
    replace(w, view, content)
    return { view: viewJson(w, view) }
  },

  'views.publish': (w, args) => {
    const content = checked(w, args.view)
    const user = textOf(args.user_id)
    if (!w.people.has(user)) throw new Refused('invalid_arguments')
    const home = [...w.views.values()].find((view) => view.type === 'home' && view.user === user)
    if (home && args.hash !== undefined && args.hash !== home.hash) throw new Refused('hash_conflict')
    if (home) replace(w, home, content)
    return { view: viewJson(w, home ?? create(w, user, content, [])) }
  },
}

const isExternal = (view: View, id: unknown): boolean => id !== undefined && view.content.external_id === id

/** Slack answers invalid_arguments for views (invalid_blocks is for messages). */
export function checked(w: Workspace, view: unknown): Fields {
  const blocks = isFields(view) ? view.blocks : []
  const found = [...checkView(view, w.options.unsupportedBlocks), ...checkFiles(w, blocks, '/view/blocks')]
  if (found.length) throw invalid('invalid_arguments', found)
  return view as Fields
}

/** Single use, and only for 3 s. Returns whose it is. */
function useTrigger(w: Workspace, id: unknown): string {
  const trigger = w.triggers.get(textOf(id))
  if (!trigger) throw new Refused('invalid_trigger_id')
  if (trigger.used) throw new Refused('exchanged_trigger_id')
  if (w.now() - trigger.at > w.options.triggerLifetimeMs) throw new Refused('expired_trigger_id')
  trigger.used = true
  return trigger.user
}

function create(w: Workspace, user: string, content: Fields, stack: readonly string[]): View {
  const id = w.id('V')
  const view: View = {
    id,
    user,
    type: content.type === 'home' ? 'home' : 'modal',
    rootId: stack[0] ?? id,
    previousId: stack.at(-1),
    hash: '',
    content: {},
    blocks: [],
    history: [],
    isOpen: true,
  }
  w.views.set(id, view)
  replace(w, view, content)
  return view
}

function show(w: Workspace, user: string, content: Fields): View {
  const stack = w.stacks.get(user) ?? []
  const view = create(w, user, content, stack)
  w.stacks.set(user, [...stack, view.id])
  return view
}

/** Lays one more view over the open ones. */
export function push(w: Workspace, user: string, content: Fields): View {
  const depth = w.stacks.get(user)?.length ?? 0
  if (depth === 0) throw new Refused('not_found')
  if (depth >= MOST_STACKED) throw new Refused('push_limit_reached')
  return show(w, user, content)
}

/** Changes what an open view shows. */
export function replace(w: Workspace, view: View, content: Fields): void {
  view.content = structuredClone(content)
  view.blocks = withIds(w, listOf(content.blocks) as Block[])
  view.hash = `${w.ts()}.${w.id('h')}`
  view.history.push(view.content)
  w.changed()
}

/** Closes the top view; the one below it shows again. */
export function closeTop(w: Workspace, user: string): void {
  const stack = w.stacks.get(user) ?? []
  const view = w.views.get(stack.at(-1) ?? '')
  if (view) view.isOpen = false
  w.stacks.set(user, stack.slice(0, -1))
  w.changed()
}

export function closeAll(w: Workspace, user: string): void {
  while (w.stacks.get(user)?.length) closeTop(w, user)
}

/** The view as Slack shows it in answers and submissions. */
export const viewJson = (w: Workspace, view: View, state: Fields = {}): Fields => ({
  id: view.id,
  team_id: w.options.team.id,
  type: view.type,
  blocks: view.blocks,
  private_metadata: textOf(view.content.private_metadata),
  callback_id: textOf(view.content.callback_id),
  state: { values: state },
  hash: view.hash,
  title: view.content.title ?? null,
  clear_on_close: view.content.clear_on_close ?? false,
  notify_on_close: view.content.notify_on_close ?? false,
  close: view.content.close ?? null,
  submit: view.content.submit ?? null,
  previous_view_id: view.previousId ?? null,
  root_view_id: view.rootId,
  app_id: w.options.appId,
  external_id: textOf(view.content.external_id),
  app_installed_team_id: w.options.team.id,
  bot_id: w.options.bot.id,
})
