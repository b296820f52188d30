// The limits of all that is no message: modals, commands, choices, threads (CHAT.md 2.1 to 2.3).
import { walk } from './components.ts'
import type { Issue } from './errors.ts'
import { Issues, lengthOf } from './issues.ts'
import { checkSelect } from './limits.ts'
import type { Component, Json } from './types.ts'

const LABEL = 18
const TEXT = 10
const TEXT_INPUT = 4
const SELECTS = [3, 5, 6, 7, 8]
/** File upload, radio group, checkbox group, checkbox: passed on unlooked at. */
const OTHER_INPUTS = [19, 21, 22, 23]

/** Every fault of a modal. */
export function checkModal(data: Json): Issue[] {
  const issues = new Issues()
  issues.text('data.custom_id', data.custom_id, 1, 100)
  issues.text('data.title', data.title, 1, 45)
  const top = issues.list('data.components', data.components, 1, 5) as Component[]
  for (const [i, component] of top.entries()) checkField(issues, component, `data.components.${i}`)
  const customIds = new Set<string>()
  for (const { component, path } of walk(data.components, 'data.components')) {
    if (component.custom_id === undefined) continue
    if (customIds.has(component.custom_id))
      issues.add(
        `${path}.custom_id`,
        'COMPONENT_CUSTOM_ID_DUPLICATED',
        'Component custom id cannot be duplicated',
      )
    customIds.add(component.custom_id)
  }
  return issues.found
}

function checkField(issues: Issues, component: Component, path: string): void {
  issues.oneOf(`${path}.type`, component.type, [1, TEXT, LABEL])
  if (component.type === TEXT) issues.text(`${path}.content`, component.content, 1, 4000)
  if (component.type === LABEL) {
    issues.text(`${path}.label`, component.label, 1, 45)
    issues.text(`${path}.description`, component.description, 0, 100)
    checkInput(issues, component.component, `${path}.component`)
  }
  // The form of before 2025: rows of one text input that carries its own label.
  if (component.type === 1) {
    for (const [j, input] of issues.list(`${path}.components`, component.components, 1, 1).entries()) {
      issues.text(`${path}.components.${j}.label`, input.label, 1, 45)
      checkInput(issues, input as unknown as Component, `${path}.components.${j}`)
    }
  }
}

function checkInput(issues: Issues, input: Component | undefined, path: string): void {
  issues.oneOf(`${path}.type`, input?.type, [TEXT_INPUT, ...SELECTS, ...OTHER_INPUTS])
  if (!input || OTHER_INPUTS.includes(input.type)) return
  if (SELECTS.includes(input.type)) checkSelect(issues, input, path)
  else checkTextInput(issues, input, path)
}

function checkTextInput(issues: Issues, input: Component, path: string): void {
  issues.text(`${path}.custom_id`, input.custom_id, 1, 100)
  issues.oneOf(`${path}.style`, input.style, [1, 2])
  issues.text(`${path}.placeholder`, input.placeholder, 0, 100)
  issues.text(`${path}.value`, input.value, 0, 4000)
  issues.integer(`${path}.min_length`, input.min_length, 0, 4000)
  issues.integer(`${path}.max_length`, input.max_length, 1, 4000)
}

const COMMAND_NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u

/** Every fault of one chat command. */
export function checkCommand(command: Json, at = ''): Issue[] {
  const issues = new Issues()
  const size = checkNode(issues, command, at)
  if (size > 8000)
    issues.add(`${at}name`, 'APPLICATION_COMMAND_TOO_LARGE', 'Command exceeds maximum size (8000)')
  return issues.found
}

/** Gives the characters that count towards a command's 8,000. */
function checkNode(issues: Issues, node: Json, at: string): number {
  const chat = node.type === undefined || node.type === null || at.includes('options') || node.type === 1
  if (!chat) return 0
  const name = String(node.name ?? '')
  if (!COMMAND_NAME.test(name) || name !== name.toLowerCase())
    issues.add(`${at}name`, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid')
  issues.text(`${at}description`, node.description, 1, 100)
  let size = lengthOf(name) + lengthOf(node.description)
  for (const [i, choice] of issues.list(`${at}choices`, node.choices ?? [], 0, 25).entries()) {
    issues.text(`${at}choices.${i}.name`, choice.name, 1, 100)
    size += lengthOf(choice.name) + lengthOf(String(choice.value))
  }
  const options = issues.list(`${at}options`, node.options ?? [], 0, 25)
  let optional = false
  const names = new Set<unknown>()
  for (const [i, option] of options.entries()) {
    if (names.has(option.name))
      issues.add(`${at}options.${i}`, 'APPLICATION_COMMAND_OPTIONS_NAME_INVALID', 'Option name is not unique')
    names.add(option.name)
    if (option.required && optional)
      issues.add(
        `${at}options.${i}`,
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      )
    if (option.type !== 1 && option.type !== 2) optional ||= !option.required
    size += checkNode(issues, option, `${at}options.${i}.`)
  }
  return size
}

/** Every fault of an autocomplete's choices. */
export function checkChoices(data: Json): Issue[] {
  const issues = new Issues()
  for (const [i, choice] of issues.list('data.choices', data.choices, 0, 25).entries()) {
    issues.text(`data.choices.${i}.name`, choice.name, 1, 100)
    if (typeof choice.value === 'string') issues.text(`data.choices.${i}.value`, choice.value, 1, 100)
  }
  return issues.found
}

/** Every fault of a thread that is started or changed. */
export function checkThread(body: Json, starting: boolean): Issue[] {
  const issues = new Issues()
  if (starting || body.name !== undefined) issues.text('name', body.name, 1, 100)
  if (body.auto_archive_duration !== undefined && body.auto_archive_duration !== null)
    issues.oneOf('auto_archive_duration', body.auto_archive_duration, [60, 1440, 4320, 10080])
  return issues.found
}
