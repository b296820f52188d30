// How the tests of a project are run where grace.yaml does not say: from its manifests alone.
import { nodePlan } from './node-plan.ts'
import { FRESH, type Plan, REPORTS } from './plan.ts'

/** What `texts` should have, as far as the tree has it. */
export const MANIFESTS = [
  'package.json',
  'go.mod',
  'pyproject.toml',
  'pytest.ini',
  'setup.cfg',
  'tox.ini',
  'requirements.txt',
  'requirements-dev.txt',
  'dev-requirements.txt',
] as const

/** `texts` are the manifests, `paths` all paths of the tree. Undefined where nothing is recognised. */
export const detectPlan = (texts: ReadonlyMap<string, string>, paths: readonly string[]): Plan | undefined =>
  nodePlan(texts.get('package.json'), new Set(paths)) ??
  goPlan(texts.get('go.mod'), paths) ??
  pytestPlan(texts, paths)

/**
 * The packages are listed first, so that a report that ends between two of them is refused (readers/go-test.ts). Names
 * in the profile are import paths: without the module they are paths of the tree.
 */
function goPlan(manifest: string | undefined, paths: readonly string[]): Plan | undefined {
  if (manifest === undefined || !paths.some((path) => path.endsWith('_test.go'))) return undefined
  const mode = paths.includes('vendor/modules.txt') ? 'vendor' : 'mod'
  const report = `${REPORTS}/go-test.jsonl`
  return {
    runner: 'go test',
    test: {
      command: [
        FRESH,
        `export GOCACHE=/tmp/go-cache GOPATH=/tmp/go GOFLAGS=-mod=${mode} GOPROXY=off GOTOOLCHAIN=local`,
        `go list -e -f '{"Action":"listed","Package":"{{.ImportPath}}"}' ./... > ${report}`,
        `{ go test -count=1 -json -coverprofile=${REPORTS}/cover.full ./... >> ${report}; code=$?; module=$(go list -m | head -n 1); sed "s#^$module/##" ${REPORTS}/cover.full > ${REPORTS}/cover.out; exit $code; }`,
      ].join(' && '),
      report,
      coverage: `${REPORTS}/cover.out`,
    },
    why: 'There is a go.mod and Go tests.',
  }
}

function pytestPlan(texts: ReadonlyMap<string, string>, paths: readonly string[]): Plan | undefined {
  const said = [
    ['pytest.ini', /./s],
    ['pyproject.toml', /^\[tool\.pytest\b|\bpytest\b/m],
    ['tox.ini', /\bpytest\b/],
    ['setup.cfg', /\bpytest\b/],
    ['requirements.txt', /^pytest\b/m],
    ['requirements-dev.txt', /^pytest\b/m],
    ['dev-requirements.txt', /^pytest\b/m],
  ] as const
  const where = said.find(([path, sign]) => sign.test(texts.get(path) ?? ''))?.[0]
  const tests = paths.some((path) => /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/.test(path))
  const conftest = paths.some((path) => /(?:^|\/)conftest\.py$/.test(path))
  if (!tests || (!where && !conftest)) return undefined
  // A package under src/ is not installed in the sandbox, only there.
  const source = paths.some((path) => /^src\/.*\.py$/.test(path)) ? 'src:.' : '.'
  const coverage = `${REPORTS}/lcov.info`
  return {
    runner: 'pytest',
    test: {
      command: [
        FRESH,
        `export PYTHONDONTWRITEBYTECODE=1 COVERAGE_FILE=/tmp/grace.coverage PYTHONPATH=${source}`,
        // pytest-cov and coverage.py before these write no LCOV.
        `if python3 -c 'import pytest_cov, coverage.lcovreport; assert int(pytest_cov.__version__.split(".")[0]) >= 4' 2>/dev/null; then set -- --cov=. --cov-report=lcov:${coverage} --cov-fail-under=0; else set --; fi`,
        `python3 -m pytest -p no:cacheprovider --junitxml=${REPORTS}/test.xml "$@"`,
      ].join(' && '),
      report: `${REPORTS}/test.xml`,
      coverage,
    },
    why: `${where ? `${where} is set up for pytest` : 'There is a conftest.py'}, and there are test files for it.`,
  }
}
