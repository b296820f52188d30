import { type Check, notApplicable, unknown } from '../checks/check.ts'

const DEPENDENCIES =
  /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|requirements[^/]*\.txt|poetry\.lock|Pipfile(?:\.lock)?|go\.(?:mod|sum)|Cargo\.(?:toml|lock)|Gemfile(?:\.lock)?)$/

export const noVulnerabilities: Check = {
  id: 'no_vulnerabilities',
  family: 'security',
  title: 'No vulnerabilities',
  looksAt: 'whether manifests or lock files change',
  notYetChecked: ['advisories of changed dependencies'],
  ask({ candidate }) {
    const touched = candidate.changes.filter(
      (file) => DEPENDENCIES.test(file.path) || DEPENDENCIES.test(file.oldPath),
    )
    if (touched.length === 0) return notApplicable('No manifest and no lock file changes.')
    return unknown(
      `${touched.map((file) => file.path).join(', ')} changes and advisories are not yet checked: not checked is not passed.`,
    )
  },
}
