// Limits of the elements inside blocks: buttons, selects, inputs, images, confirm dialogs.
import type { Findings } from './findings.ts'
import { type Fields, isFields } from './shapes.ts'

const PICKERS = ['datepicker', 'datetimepicker', 'timepicker']
const CHOSEN_ELSEWHERE = ['users', 'conversations', 'channels', 'external']
const SELECTS = ['static', ...CHOSEN_ELSEWHERE].flatMap((kind) => [`${kind}_select`, `multi_${kind}_select`])
const CHOICES = [...SELECTS, 'checkboxes', 'radio_buttons', 'overflow', ...PICKERS]
const TYPED = ['plain_text_input', 'email_text_input', 'url_text_input', 'number_input', 'rich_text_input']

export const IN_ACTIONS = ['button', 'workflow_button', 'rich_text_input', ...CHOICES]
export const IN_SECTION = ['button', 'workflow_button', 'image', ...CHOICES]
export const IN_INPUT = [...CHOICES.filter((type) => type !== 'overflow'), ...TYPED, 'file_input']

const plain = { plain: true, required: true }

/** One element where the block allows only these types. */
export function checkElement(f: Findings, at: string, element: Fields, allowed: readonly string[]): void {
  const type = String(element.type)
  if (!allowed.includes(type)) {
    f.add(`${at}/type`, `unsupported type: ${type}`)
    return
  }
  f.string(`${at}/action_id`, element.action_id, 255)
  f.text(`${at}/placeholder`, element.placeholder, 150, { plain: true })
  if (element.confirm !== undefined) checkConfirm(f, `${at}/confirm`, element.confirm)
  if (type === 'button' || type === 'workflow_button') checkButton(f, at, element)
  else if (type === 'image') checkImage(f, at, element)
  else if (type === 'plain_text_input') checkTextInput(f, at, element)
  else if (type === 'checkboxes' || type === 'radio_buttons')
    checkOptions(f, `${at}/options`, element.options, 10)
  else if (type === 'overflow') checkOptions(f, `${at}/options`, element.options, 5)
  else if (type === 'static_select' || type === 'multi_static_select') checkSelect(f, at, element)
  else if (type === 'feedback_buttons') checkFeedback(f, at, element)
  else if (type === 'icon_button') {
    f.text(`${at}/text`, element.text, 75, plain)
    f.string(`${at}/value`, element.value, 2000, { min: 0 })
  }
}

export function checkButton(f: Findings, at: string, button: Fields): void {
  f.text(`${at}/text`, button.text, 75, plain)
  f.string(`${at}/value`, button.value, 2000, { min: 0 })
  f.string(`${at}/url`, button.url, 3000)
  f.string(`${at}/accessibility_label`, button.accessibility_label, 75)
  f.oneOf(`${at}/style`, button.style, ['primary', 'danger'])
}

export function checkImage(f: Findings, at: string, image: Fields): void {
  f.string(`${at}/alt_text`, image.alt_text, 2000, { required: true })
  f.string(`${at}/image_url`, image.image_url, 3000)
  if ((image.image_url === undefined) === (image.slack_file === undefined))
    f.add(at, 'must provide exactly one of image_url and slack_file')
  if (image.slack_file === undefined) return
  const file = isFields(image.slack_file) ? image.slack_file : {}
  if ((file.id === undefined) === (file.url === undefined))
    f.add(`${at}/slack_file`, 'must provide exactly one of id and url')
}

function checkConfirm(f: Findings, at: string, confirm: unknown): void {
  if (!isFields(confirm)) {
    f.add(at, 'must provide an object')
    return
  }
  f.text(`${at}/title`, confirm.title, 100, { plain: true })
  f.text(`${at}/text`, confirm.text, 300, { required: true })
  f.text(`${at}/confirm`, confirm.confirm, 30, { plain: true })
  f.text(`${at}/deny`, confirm.deny, 30, { plain: true })
  f.oneOf(`${at}/style`, confirm.style, ['primary', 'danger'])
}

function checkTextInput(f: Findings, at: string, input: Fields): void {
  f.integer(`${at}/max_length`, input.max_length, 1, 3000)
  f.integer(`${at}/min_length`, input.min_length, 0, 3000)
  const max = typeof input.max_length === 'number' ? input.max_length : 3000
  if (typeof input.min_length === 'number' && input.min_length > max)
    f.add(`${at}/min_length`, 'must not be greater than max_length')
  f.string(`${at}/initial_value`, input.initial_value, Math.min(max, 3000), { min: 0 })
}

function checkSelect(f: Findings, at: string, select: Fields): void {
  if (select.option_groups === undefined) {
    checkOptions(f, `${at}/options`, select.options, 100)
    return
  }
  f.items(`${at}/option_groups`, select.option_groups, 1, 100).forEach((group, i) => {
    f.text(`${at}/option_groups/${i}/label`, group.label, 75, plain)
    checkOptions(f, `${at}/option_groups/${i}/options`, group.options, 100)
  })
}

function checkOptions(f: Findings, at: string, options: unknown, max: number): void {
  f.items(at, options, 1, max).forEach((option, i) => {
    f.text(`${at}/${i}/text`, option.text, 75, { required: true })
    f.string(`${at}/${i}/value`, option.value, 75, { min: 0, required: true })
    f.text(`${at}/${i}/description`, option.description, 75)
  })
}

function checkFeedback(f: Findings, at: string, element: Fields): void {
  for (const side of ['positive_button', 'negative_button']) {
    const button = element[side]
    if (!isFields(button)) f.missing(`${at}/${side}`)
    else checkButton(f, `${at}/${side}`, button)
  }
}
