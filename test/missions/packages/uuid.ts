import type { RealPackage } from '../package.ts'

export const uuid: RealPackage = {
  repository: 'google/uuid',
  version: '1.6.0+2d3c2a9',
  commit: '2d3c2a9cc518326daf99a383f07c4d3c44317e4d',
  target: {},
  twists: {
    'dashes may be anything': [
      [
        'uuid.go',
        `	// s is now at least 36 bytes long
	// it must be of the form  xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx
	if s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return uuid, ErrInvalidUUIDFormat

	}
`,
        '',
      ],
    ],
  },
  missions: [
    { id: 'refuse other dashes', kind: 'good', from: ['dashes may be anything'], to: [] },
    { id: 'take any dashes', kind: 'bad', from: [], to: ['dashes may be anything'] },
  ],
}
