import { allArgs, block, each, type Rule } from './rule.ts'

/** A process reads from and writes to a socket. */
export const reverseShell: Rule = {
  id: 'reverse-shell',
  look: (seen) => [
    ...each(seen, 'pipes', (deed) => {
      const apis = [deed.self, ...deed.args].flatMap((value) => seen.store.apis(value))
      return apis.some((api) => /^Socket\b/.test(api)) && apis.some((api) => /^Process\b/.test(api))
        ? block(deed.line, 'a process is joined to a socket')
        : undefined
    }),
    ...each(seen, 'runs a command', (deed) =>
      allArgs(deed).some((arg) => seen.store.apis(arg).some((api) => /^Socket(?:\.fileno\(\))?$/.test(api)))
        ? block(deed.line, 'a process is joined to a socket')
        : undefined,
    ),
    ...each(seen, 'duplicates a socket', (deed) =>
      [deed.self, ...deed.args].some((arg) => arg.apis.has('Socket') || arg.apis.has('Socket.fileno()'))
        ? block(deed.line, 'a process is joined to a socket')
        : undefined,
    ),
  ],
}
