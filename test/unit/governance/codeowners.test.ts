// Cases of GitHub's documentation ("About code owners", example of a CODEOWNERS file), and what forges leave out.
import { expect, test } from 'vitest'
import { membersAmong, ownersOfPaths, readCodeowners } from '../../../src/governance/codeowners.ts'

const FILE = `# comment
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat2
/apps/github
!/never @nobody
with\\ space.md @spacer
`
const owners = (...paths: string[]) => ownersOfPaths(readCodeowners(FILE), paths)

test.each([
  ['README.md', ['@global-owner1', '@global-owner2']],
  ['src/a.js', ['@js-owner']],
  ['src/deep/a.go', ['docs@example.com']],
  ['a.txt', ['@octo-org/octocats']],
  ['build/logs/x/y', ['@octocat2']],
  ['apps/a/b.js', ['@octocat']],
  ['docs/a/b.md', ['@doctocat']],
  ['x/docs/a.md', ['@global-owner1', '@global-owner2']],
  ['x/docs/deep/a.md', ['@global-owner1', '@global-owner2']],
  ['scripts/a.sh', ['@doctocat', '@octocat']],
  ['apps/github/b', []],
  ['with space.md', ['@spacer']],
])('%s is owned by %j', (path, expected) => {
  expect(owners(path)).toEqual(expected)
})

test('several paths have the owners of all of them', () => {
  expect(owners('a.txt', 'src/a.js')).toEqual(['@js-owner', '@octo-org/octocats'])
})

test('a section of GitLab has owners for those lines that name none', () => {
  const entries = readCodeowners('[Docs] @writers\n*.md\n^[Code][2] @coders @more\n*.ts @ada\n*.go\n')
  expect(ownersOfPaths(entries, ['a.md'])).toEqual(['@writers'])
  expect(ownersOfPaths(entries, ['a.ts'])).toEqual(['@ada'])
  expect(ownersOfPaths(entries, ['a.go'])).toEqual(['@coders', '@more'])
  expect(ownersOfPaths(entries, ['A.MD'])).toEqual([])
})

test('members by their account, else by their id, in any case; a team and an address are none', () => {
  const members = [{ id: 'ada', forge: 'Ada-L' }, { id: 'ben' }, { id: 'team', forge: 'octocats' }]
  expect(membersAmong(['@ada-l', '@BEN', '@org/octocats', 'cem@example.com'], members)).toEqual([
    'ada',
    'ben',
  ])
  expect(membersAmong(['@ada'], members)).toEqual([])
})
