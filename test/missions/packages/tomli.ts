import type { RealPackage } from '../package.ts'

export const tomli: RealPackage = {
  repository: 'hukkin/tomli',
  version: '2.4.0',
  commit: '920e20b1cf495b63f6d4a6aa3cd5e4ff25f5f5a7',
  target: {
    environment: { PYTHONPATH: 'src' },
    test: {
      command: 'mkdir -p .reports && python3 -m pytest -q -p no:cacheprovider --junitxml=.reports/junit.xml',
      report: '.reports/junit.xml',
    },
    bench: { command: 'python3 bench/loads.py', rounds: 6 },
  },
  files: {
    'bench/loads.py': `import json, sys, time
sys.path.insert(0, 'src')
import tomli
TEXT = '\\n'.join(f'[table-{i}]\\nname-of-it = "value {i}"\\nlist = [1, 2, 3]\\n' for i in range(200))
for _ in range(3): tomli.loads(TEXT)
best = min(
    (lambda a: (tomli.loads(TEXT), time.process_time() - a)[1])(time.process_time()) for _ in range(25)
)
print(json.dumps({'metric': 'loads', 'value': best * 1e6, 'unit': 'µs', 'better': 'lower'}))
`,
  },
  twists: {
    'a name is compared with a list': [
      [
        'src/tomli/_parser.py',
        'def skip_chars(src: str, pos: Pos, chars: Iterable[str]) -> Pos:\n',
        'def skip_chars(src: str, pos: Pos, chars: Iterable[str]) -> Pos:\n    chars = sorted(chars)\n',
      ],
    ],
    'ends of lines stay': [
      [
        'src/tomli/_parser.py',
        '        src = __s.replace("\\r\\n", "\\n")\n',
        '        src = __s.replace("\\n", "\\n")\n',
      ],
    ],
  },
  missions: [
    {
      id: 'a name is compared with a set',
      kind: 'good',
      from: ['a name is compared with a list'],
      to: [],
      claims: [{ kind: 'kpi', kpi: 'performance_improvement', atLeast: 5 }],
    },
    { id: 'a name is compared with a list', kind: 'bad', from: [], to: ['a name is compared with a list'] },
    { id: 'read ends of lines', kind: 'good', from: ['ends of lines stay'], to: [] },
    { id: 'leave ends of lines', kind: 'bad', from: [], to: ['ends of lines stay'] },
  ],
}
