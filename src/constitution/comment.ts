// Lines that are a comment from their beginning to their end, by what the language of the file has.
const HASH =
  /\.(?:py|rb|sh|bash|zsh|ya?ml|toml|r|pl|ex|exs|tf|conf|ini|properties)$|(?:^|\/)(?:Dockerfile|Makefile|Containerfile)[^/]*$/i
const SLASHES =
  /\.(?:[cm]?[jt]sx?|go|rs|java|kt|kts|scala|swift|c|h|cc|cpp|hpp|cs|php|dart|groovy|scss|less)$/i
const DASHES = /\.(?:sql|lua|hs|elm)$/i

/** A line that only continues a block (`* words`) is one; a generator method (`*all() {`) is none. */
export function isComment(text: string, path: string): boolean {
  const line = text.trim()
  if (HASH.test(path)) return line.startsWith('#')
  if (DASHES.test(path)) return line.startsWith('--')
  if (!SLASHES.test(path)) return line.startsWith('<!--') && line.endsWith('-->')
  if (line.startsWith('//')) return true
  if (/^\*(?:\s|$)/.test(line) || line.startsWith('/*')) {
    const end = line.indexOf('*/')
    return end < 0 || line.slice(end + 2).trim() === ''
  }
  return false
}
