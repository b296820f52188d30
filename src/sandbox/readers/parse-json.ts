/**
 * JSON in which no object names a key twice: `JSON.parse` would keep the last and lose the rest silently. Throws
 * SyntaxError. `__proto__` comes back as any other own key.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  if (countKeys(value) !== countColons(text)) throw new SyntaxError('an object has the same key twice')
  return value
}

/** Outside of strings a colon stands behind each key, and nowhere else. */
function countColons(text: string): number {
  let colons = 0
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|:/g)) if (token === ':') colons++
  return colons
}

/** Without recursion: a report may be nested deeper than any stack. */
function countKeys(root: unknown): number {
  let keys = 0
  const left = [root]
  while (left.length > 0) {
    const value = left.pop()
    if (typeof value !== 'object' || value === null) continue
    const inner = Object.values(value)
    if (!Array.isArray(value)) keys += inner.length
    for (const one of inner) left.push(one)
  }
  return keys
}
