// Where package managers fetch from unless they are told otherwise.

export const NPM_REGISTRIES: ReadonlySet<string> = new Set([
  'registry.npmjs.org',
  'registry.yarnpkg.com',
  'npm.pkg.github.com',
  'registry.npmmirror.com',
])

export const REGISTRIES: ReadonlySet<string> = new Set([
  ...NPM_REGISTRIES,
  'index.crates.io',
  'pypi.org',
  'files.pythonhosted.org',
  'api.github.com',
  'codeload.github.com',
  'gitlab.com',
  'packagist.org',
])
