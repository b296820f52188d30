// What a person fills into a modal, in the form in which a submission carries it.
import { lengthOf } from './findings.ts'
import { type Fields, isFields, listOf, textOf } from './shapes.ts'

/** By block_id: what is typed, the value of the option chosen, or the whole state of the element. */
export type Filled = Readonly<Record<string, string | readonly string[] | Fields>>

/** Fills the inputs in; throws where the client would not let the person submit. */
export function stateValues(blocks: readonly Fields[], filled: Filled): Record<string, Fields> {
  const inputs = blocks.filter((block) => block.type === 'input')
  for (const id of Object.keys(filled))
    if (!inputs.some((block) => block.block_id === id)) throw new Error(`the view has no input block ${id}`)
  return Object.fromEntries(
    inputs.map((block) => {
      const element = isFields(block.element) ? block.element : {}
      const state = stateOf(element, filled[textOf(block.block_id)])
      if (!block.optional && isEmpty(state)) throw new Error(`${block.block_id} is required and empty`)
      return [textOf(block.block_id), { [textOf(element.action_id)]: state }]
    }),
  )
}

function stateOf(element: Fields, given: Filled[string] | undefined): Fields {
  const type = textOf(element.type)
  if (isFields(given)) return { type, ...given }
  const options = [
    ...listOf(element.options),
    ...listOf(element.option_groups).flatMap((g) => listOf(g.options)),
  ]
  const option = (value: unknown) => {
    const found = options.find((one) => one.value === value)
    if (!found) throw new Error(`${element.action_id} offers no option ${value}`)
    return found
  }
  if (type === 'checkboxes' || type === 'multi_static_select') {
    const chosen = given === undefined ? [] : [given].flat().map(option)
    return { type, selected_options: given === undefined ? listOf(element.initial_options) : chosen }
  }
  if (type === 'static_select' || type === 'radio_buttons')
    return { type, selected_option: given === undefined ? (element.initial_option ?? null) : option(given) }
  if (type === 'users_select') return { type, selected_user: given ?? element.initial_user ?? null }
  if (type === 'multi_users_select') return { type, selected_users: given ?? element.initial_users ?? [] }
  if (type === 'datepicker') return { type, selected_date: given ?? element.initial_date ?? null }
  if (type === 'timepicker') return { type, selected_time: given ?? element.initial_time ?? null }
  const value = given ?? element.initial_value ?? null
  if (typeof value === 'string' && value !== '') checkTyped(element, value)
  return { type, value: value === '' ? null : value }
}

function checkTyped(element: Fields, value: string): void {
  const [min, max] = [Number(element.min_length ?? 0), Number(element.max_length ?? 3000)]
  if (lengthOf(value) < min || lengthOf(value) > max)
    throw new Error(`${element.action_id} takes ${min} to ${max} characters, not ${lengthOf(value)}`)
}

const isEmpty = (state: Fields): boolean =>
  Object.entries(state).every(
    ([key, value]) =>
      key === 'type' || value === null || value === '' || (Array.isArray(value) && !value.length),
  )
