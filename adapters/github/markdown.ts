// Words of people and of tools where GitHub reads them: they mention nobody, link to nothing and close nothing.

const CLOSES = /\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b(?=:?\s+\S*(?:\/(?:issues|pull)\/|GH-))/gi

/** For titles and commit messages, which are no Markdown and yet are searched for mentions and issues. */
export const harmless = (text: string): string => text.replace(/([@#])(?=\w)/g, '$1 ').replace(CLOSES, '“$1”')
