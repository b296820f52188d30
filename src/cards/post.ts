// What Grace says in a card's thread, and privately, as platform-neutral data. All of it is plain text: a surface
// escapes it, so that no mission's words become markup, a mention or a button.

export interface Post {
  /** One line, bold; empty where there is none. */
  readonly title: string
  readonly lines: readonly string[]
  /** Shown in fixed width, cut by the surface where it is too long. */
  readonly code?: { readonly language: 'diff' | 'text'; readonly text: string }
}

export interface ReplyButton {
  /** `vote:withdraw`, `list:next`, `link:confirm` … */
  readonly action: string
  readonly about: string
  readonly label: string
  readonly style: 'primary' | 'danger' | 'plain'
}

/** A private answer to one person. */
export interface Reply extends Post {
  readonly buttons: readonly ReplyButton[]
}

export const reply = (title: string, ...lines: string[]): Reply => ({ title, lines, buttons: [] })

export interface Field {
  readonly id: string
  readonly label: string
  readonly hint?: string
  /** `choice` has options. */
  readonly kind: 'line' | 'text' | 'choice'
  readonly required: boolean
  /** Characters. */
  readonly limit?: number
  readonly initial?: string
  readonly options?: readonly { readonly value: string; readonly label: string }[]
}

/** Something to fill in. `id` says which form, `about` what it is about (a session or a mission; empty: nothing). */
export interface Form {
  readonly id: string
  readonly about: string
  readonly title: string
  readonly submit: string
  readonly fields: readonly Field[]
}
