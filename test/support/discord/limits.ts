// The limits of a message, from Discord's documentation (CHAT.md 2.1) and not from the bot's own checker.
import { mediaOf, V2, walk } from './components.ts'
import type { Issue } from './errors.ts'
import { Issues, lengthOf } from './issues.ts'
import type { Component, Json } from './types.ts'

/** What a message already is when it is edited. */
export interface Before {
  content: string
  embeds: Json[]
  components: Component[]
  flags: number
}

const ROW = 1
const BUTTON = 2
const SELECTS = [3, 5, 6, 7, 8]
const SECTION = 9
const TEXT = 10
const THUMBNAIL = 11
const GALLERY = 12
const FILE = 13
const SEPARATOR = 14
const CONTAINER = 17
const TOP_LEVEL_V2 = [ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER]
const IN_CONTAINER = [ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR]

/** Every fault of a message's body; `fileNames` are those that the message holds afterwards. */
export function checkMessage(body: Json, fileNames: readonly string[], before?: Before): Issue[] {
  const issues = new Issues()
  const flags = (body.flags ?? before?.flags ?? 0) as number
  const v2 = (flags & V2) !== 0
  if (before && before.flags & V2 && !v2)
    issues.add(
      'flags',
      'MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG',
      'The IS_COMPONENTS_V2 flag cannot be removed.',
    )
  const content = body.content === undefined ? (before?.content ?? '') : (body.content ?? '')
  const embeds = (body.embeds === undefined ? before?.embeds : (body.embeds as Json[] | null)) ?? []
  if (v2) checkNoLegacyFields(issues, content, embeds, body)
  issues.text('content', content, 0, 2000)
  checkEmbeds(issues, body.embeds)
  checkNonce(issues, body)
  checkAllowedMentions(issues, body.allowed_mentions)
  checkAttachments(issues, body.attachments, fileNames)
  const components = body.components === undefined ? (before?.components ?? []) : (body.components ?? [])
  checkComponents(issues, components, v2)
  checkReferences(issues, body, fileNames)
  return issues.found
}

function checkNoLegacyFields(issues: Issues, content: unknown, embeds: unknown[], body: Json): void {
  const used = {
    content: content !== '',
    embeds: embeds.length > 0,
    poll: body.poll,
    sticker_ids: body.sticker_ids,
  }
  for (const [field, set] of Object.entries(used))
    if (set)
      issues.add(
        field,
        'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
        `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
      )
}

function checkEmbeds(issues: Issues, sent: unknown): void {
  if (sent === undefined || sent === null) return
  let total = 0
  const text = (path: string, value: unknown, min: number, max: number) => {
    issues.text(path, value, min, max)
    total += lengthOf(value)
  }
  for (const [i, embed] of issues.list('embeds', sent, 0, 10).entries()) {
    text(`embeds.${i}.title`, embed.title, 0, 256)
    text(`embeds.${i}.description`, embed.description, 0, 4096)
    text(`embeds.${i}.footer.text`, (embed.footer as Json)?.text, 0, 2048)
    text(`embeds.${i}.author.name`, (embed.author as Json)?.name, 0, 256)
    for (const [j, field] of issues.list(`embeds.${i}.fields`, embed.fields ?? [], 0, 25).entries()) {
      text(`embeds.${i}.fields.${j}.name`, field.name, 1, 256)
      text(`embeds.${i}.fields.${j}.value`, field.value, 1, 1024)
    }
  }
  if (total > 6000) issues.add('embeds', 'MAX_EMBED_SIZE_EXCEEDED', 'Embed size exceeds maximum size of 6000')
}

function checkNonce(issues: Issues, body: Json): void {
  if (typeof body.nonce === 'string') issues.text('nonce', body.nonce, 0, 25)
  if (body.enforce_nonce && (body.nonce === undefined || body.nonce === null))
    issues.add('nonce', 'BASE_TYPE_REQUIRED', 'This field is required')
}

function checkAllowedMentions(issues: Issues, sent: unknown): void {
  const allowed = (sent ?? {}) as { parse?: string[]; users?: string[]; roles?: string[] }
  for (const kind of ['users', 'roles'] as const) {
    issues.list(`allowed_mentions.${kind}`, allowed[kind] ?? [], 0, 100)
    if (allowed[kind]?.length && allowed.parse?.includes(kind))
      issues.add(
        'allowed_mentions',
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      )
  }
}

function checkAttachments(issues: Issues, sent: unknown, fileNames: readonly string[]): void {
  if (fileNames.length > 10)
    issues.add('attachments', 'BASE_TYPE_BAD_LENGTH', 'Must be between 0 and 10 in length.')
  for (const [i, { description }] of issues.list('attachments', sent ?? [], 0, 10).entries())
    issues.text(`attachments.${i}.description`, description, 0, 1024)
}

function checkComponents(issues: Issues, sent: unknown, v2: boolean): void {
  const top = issues.list('components', sent, 0, v2 ? 40 : 5) as Component[]
  for (const [i, component] of top.entries()) {
    issues.oneOf(`components.${i}.type`, component.type, v2 ? TOP_LEVEL_V2 : [ROW])
  }
  const customIds = new Set<string>()
  let texts = 0
  let count = 0
  for (const { component, path } of walk(sent)) {
    count++
    if (component.type === TEXT) texts += lengthOf(component.content)
    checkComponent(issues, component, path)
    if (component.custom_id === undefined) continue
    if (customIds.has(component.custom_id))
      issues.add(
        `${path}.custom_id`,
        'COMPONENT_CUSTOM_ID_DUPLICATED',
        'Component custom id cannot be duplicated',
      )
    customIds.add(component.custom_id)
  }
  if (v2 && count > 40)
    issues.add(
      'components',
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      'The total number of components exceeds 40.',
    )
  if (v2 && texts > 4000)
    issues.add(
      'components',
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      'Displayable text size exceeds maximum size of 4000',
    )
}

function checkComponent(issues: Issues, component: Component, path: string): void {
  const children = (min: number, max: number, types: readonly number[]) => {
    const nested = issues.list(`${path}.components`, component.components, min, max)
    for (const [i, { type }] of nested.entries()) issues.oneOf(`${path}.components.${i}.type`, type, types)
  }
  if (component.type === ROW) checkRow(issues, component, path)
  else if (component.type === BUTTON) checkButton(issues, component, path)
  else if (SELECTS.includes(component.type)) checkSelect(issues, component, path)
  else if (component.type === TEXT) issues.text(`${path}.content`, component.content, 1, 4000)
  else if (component.type === CONTAINER) {
    children(1, 40, IN_CONTAINER)
    issues.integer(`${path}.accent_color`, component.accent_color, 0, 0xffffff)
  } else if (component.type === SECTION) {
    children(1, 3, [TEXT])
    issues.oneOf(`${path}.accessory.type`, component.accessory?.type, [BUTTON, THUMBNAIL])
  } else if (component.type === GALLERY) {
    for (const [i, item] of issues.list(`${path}.items`, component.items, 1, 10).entries()) {
      issues.text(`${path}.items.${i}.media.url`, (item.media as Json)?.url, 1, 2048)
      issues.text(`${path}.items.${i}.description`, item.description, 0, 1024)
    }
  } else if (component.type === THUMBNAIL) {
    issues.text(`${path}.media.url`, (component.media as Json)?.url, 1, 2048)
    issues.text(`${path}.description`, component.description, 0, 1024)
  } else if (component.type === FILE) issues.text(`${path}.file.url`, (component.file as Json)?.url, 1, 2048)
}

function checkRow(issues: Issues, row: Component, path: string): void {
  const children = issues.list(`${path}.components`, row.components, 1, 5)
  for (const [i, { type }] of children.entries())
    issues.oneOf(`${path}.components.${i}.type`, type, [BUTTON, ...SELECTS])
  if (children.length > 1 && children.some(({ type }) => SELECTS.includes(type as number)))
    issues.add(
      `${path}.components`,
      'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
      'The specified component exceeds the maximum width',
    )
}

function checkButton(issues: Issues, button: Component, path: string): void {
  issues.oneOf(`${path}.style`, button.style, [1, 2, 3, 4, 5])
  issues.text(`${path}.label`, button.label, button.emoji ? 0 : 1, 80)
  if (button.style === 5) {
    issues.text(`${path}.url`, button.url, 1, 512)
    if (button.custom_id !== undefined)
      issues.add(
        path,
        'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
        'A url button cannot have a custom id',
      )
    return
  }
  issues.text(`${path}.custom_id`, button.custom_id, 1, 100)
  if (button.url !== undefined && button.url !== null)
    issues.add(
      path,
      'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
      'A custom id button cannot have a url',
    )
}

/** A select menu, in a message or a modal. */
export function checkSelect(issues: Issues, select: Component, path: string): void {
  issues.text(`${path}.custom_id`, select.custom_id, 1, 100)
  issues.text(`${path}.placeholder`, select.placeholder, 0, 150)
  issues.integer(`${path}.min_values`, select.min_values, 0, 25)
  issues.integer(`${path}.max_values`, select.max_values, 1, 25)
  if (select.type !== 3) return
  const values = new Set<unknown>()
  for (const [i, option] of issues.list(`${path}.options`, select.options, 1, 25).entries()) {
    issues.text(`${path}.options.${i}.label`, option.label, 1, 100)
    issues.text(`${path}.options.${i}.value`, option.value, 1, 100)
    issues.text(`${path}.options.${i}.description`, option.description, 0, 100)
    if (values.has(option.value))
      issues.add(
        `${path}.options.${i}.value`,
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      )
    values.add(option.value)
  }
}

function checkReferences(issues: Issues, body: Json, fileNames: readonly string[]): void {
  const check = (path: string, url: unknown) => {
    if (typeof url !== 'string' || !url.startsWith('attachment://')) return
    if (!fileNames.includes(url.slice('attachment://'.length)))
      issues.add(
        path,
        'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
        `The referenced attachment '${url}' was not found`,
      )
  }
  for (const { component, path } of walk(body.components))
    for (const media of mediaOf(component)) check(`${path}.media.url`, media.url)
  for (const [i, embed] of ((body.embeds ?? []) as Json[]).entries())
    for (const part of ['image', 'thumbnail']) check(`embeds.${i}.${part}.url`, (embed[part] as Json)?.url)
}
