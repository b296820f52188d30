// Components of a message or a modal: walking them, and how Discord gives them back.
import type { Component, Json, Message, StoredFile } from './types.ts'

export const V2 = 1 << 15
export const EPHEMERAL = 1 << 6
export const LOADING = 1 << 7
export const HAS_THREAD = 1 << 5

export interface Placed {
  component: Component
  path: string
}

/** Every component, nested ones included, in reading order. */
export function* walk(list: unknown, path = 'components'): Generator<Placed> {
  if (!Array.isArray(list)) return
  for (const [i, component] of (list as Component[]).entries()) {
    if (typeof component === 'object' && component !== null) yield* descend(component, `${path}.${i}`)
  }
}

function* descend(component: Component, path: string): Generator<Placed> {
  yield { component, path }
  yield* walk(component.components, `${path}.components`)
  if (component.accessory) yield* descend(component.accessory, `${path}.accessory`)
  if (component.component) yield* descend(component.component, `${path}.component`)
}

/** Each place of a component that shows a file or a picture. */
export function* mediaOf(component: Component): Generator<Json> {
  if (component.type === 12)
    for (const item of component.items ?? []) if (item.media) yield item.media as Json
  if (component.type === 11 && component.media) yield component.media as Json
  if (component.type === 13 && component.file) yield component.file as Json
}

/** Everything a person can read in a message: its content and its text displays. */
export function textOf(message: { content: string; components: Component[] }): string {
  const displays = [...walk(message.components)].filter(({ component }) => component.type === 10)
  return [message.content, ...displays.map(({ component }) => component.content ?? '')].join('\n')
}

/** The components as Discord stores them: numbered, with defaults filled in and media resolved. */
export function resolveComponents(
  sent: unknown,
  files: readonly StoredFile[],
  nextId: () => string,
): Component[] {
  const components = structuredClone((sent ?? []) as Component[])
  const taken = new Set([...walk(components)].map(({ component }) => component.id))
  let number = 0
  for (const { component } of walk(components)) {
    if (!component.id) {
      do number++
      while (taken.has(number))
      component.id = number
    }
    if ([3, 5, 6, 7, 8].includes(component.type)) {
      component.min_values ??= 1
      component.max_values ??= 1
    }
    if (component.type === 17) {
      component.accent_color ??= null
      component.spoiler ??= false
    }
    if (component.type === 14) {
      component.divider ??= true
      component.spacing ??= 1
    }
    for (const shown of component.type === 12 ? (component.items ?? []) : [component])
      if ([11, 12, 13].includes(component.type)) {
        shown.description ??= null
        shown.spoiler ??= false
      }
    for (const media of mediaOf(component)) {
      const file = files.find(
        ({ url, filename }) => media.url === url || media.url === `attachment://${filename}`,
      )
      if (component.type === 13 && file) Object.assign(component, { name: file.filename, size: file.size })
      Object.assign(media, unfurled(String(media.url), file, nextId))
    }
  }
  return components
}

function unfurled(url: string, file: StoredFile | undefined, nextId: () => string): Json {
  const at = file?.url ?? url
  return {
    id: nextId(),
    url: at,
    proxy_url: at,
    width: file?.width ?? null,
    height: file?.height ?? null,
    content_type: file?.content_type ?? null,
    ...(file && { attachment_id: file.id }),
  }
}

/** Files that a component or an embed shows; Discord leaves these out of `attachments` (discord-api-docs#8279). */
export function shownFiles(message: Message): Set<string> {
  const shown = new Set<string>()
  for (const { component } of walk(message.components))
    for (const media of mediaOf(component)) if (media.attachment_id) shown.add(String(media.attachment_id))
  const embeds = JSON.stringify(message.embeds)
  for (const file of message.files) if (embeds.includes(file.url)) shown.add(file.id)
  return shown
}
