import type { RealPackage } from '../package.ts'

export const goHumanize: RealPackage = {
  repository: 'dustin/go-humanize',
  version: '1.0.1+4d1d908',
  commit: '4d1d9082551ec085912e7d2253a33ae547fca000',
  target: {},
  twists: {
    '11st': [['ordinals.go', '\t\tif x%100 != 11 {\n', '\t\tif x%100 != 111 {\n']],
    'its test is gone': [['ordinals_test.go', '\t\t{"11", Ordinal(11), "11th"},\n', '']],
    'digits are counted in a loop of its own': [
      [
        'comma.go',
        '\tvar count byte = 0\n\tfor n := v; n != 0; n = n / 10 {\n\t\tcount++\n\t}\n',
        '\tcount := byte(0)\n\tfor n := v; n != 0; n /= 10 {\n\t\tcount++\n\t}\n',
      ],
    ],
  },
  missions: [
    { id: '11th', kind: 'good', from: ['11st'], to: [] },
    { id: '11st', kind: 'bad', from: [], to: ['11st'] },
    { id: '11st without its test', kind: 'bad', from: [], to: ['11st', 'its test is gone'] },
    {
      id: 'write a loop in another way',
      kind: 'neutral',
      from: [],
      to: ['digits are counted in a loop of its own'],
    },
  ],
}
