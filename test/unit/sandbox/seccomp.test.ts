// The filter's bytes, run as the kernel would: what the policy says is what happens, for any call.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seccompFilter } from '../../../adapters/sandbox/seccomp/filter.ts'
import { EAFNOSUPPORT, ENOSYS, EPERM, RULES } from '../../../adapters/sandbox/seccomp/policy.ts'

const ALLOW = 0x7fff0000
const KILL = 0x80000000
const ARCHITECTURES = { x64: 0xc000003e, arm64: 0xc00000b7 }

/** linux/filter.h, as far as seccomp allows it. `data` is struct seccomp_data. */
function run(program: Buffer, data: Buffer): number {
  let accumulator = 0
  for (let at = 0; at < program.length / 8; at++) {
    const [code, ifSo, ifNot, value] = [
      program.readUInt16LE(at * 8),
      program.readUInt8(at * 8 + 2),
      program.readUInt8(at * 8 + 3),
      program.readUInt32LE(at * 8 + 4),
    ]
    if (code === 0x20) accumulator = data.readUInt32LE(value)
    else if (code === 0x54) accumulator = (accumulator & value) >>> 0
    else if (code === 0x15) at += accumulator === value ? ifSo : ifNot
    else if (code === 0x35) at += accumulator >= value ? ifSo : ifNot
    else if (code === 0x45) at += (accumulator & value) !== 0 ? ifSo : ifNot
    else if (code === 0x06) return value
    else throw new Error(`instruction ${code.toString(16)}`)
  }
  throw new Error('ran off its end')
}

function call(arch: keyof typeof ARCHITECTURES, number: number, args: readonly (number | bigint)[] = []) {
  const data = Buffer.alloc(64)
  data.writeUInt32LE(number >>> 0, 0)
  data.writeUInt32LE(ARCHITECTURES[arch], 4)
  for (const [i, arg] of args.entries()) data.writeBigUInt64LE(BigInt.asUintN(64, BigInt(arg)), 16 + i * 8)
  return run(seccompFilter(arch)!, data)
}
const errno = (code: number) => 0x00050000 | code
const numberOf = (name: string, column: 0 | 1 = 0) =>
  RULES.find((rule) => rule.call === name)!.numbers[column]!

describe('the system call filter', () => {
  test('is a program that the kernel takes: short enough, and every jump lands inside', () => {
    for (const arch of ['x64', 'arm64'] as const) {
      const program = seccompFilter(arch)!
      const length = program.length / 8
      expect(length).toBeLessThan(4096)
      for (let i = 0; i < length; i++)
        if ([0x15, 0x35, 0x45].includes(program.readUInt16LE(i * 8)))
          for (const jump of [program.readUInt8(i * 8 + 2), program.readUInt8(i * 8 + 3)])
            expect(i + 1 + jump).toBeLessThan(length)
    }
    expect(seccompFilter('riscv64')).toBeUndefined()
  })

  test.each([
    ['ptrace', [0], errno(EPERM)],
    ['clone', [0x11], ALLOW],
    ['clone', [0x10000011], errno(EPERM)],
    ['clone3', [0], errno(ENOSYS)],
    ['socket', [1, 1, 0], ALLOW],
    ['socket', [2, 0x80001, 6], ALLOW],
    ['socket', [2, 0x80003, 1], errno(EPERM)],
    ['socket', [10, 10, 0], errno(EPERM)],
    ['socket', [16, 3, 0], ALLOW],
    ['socket', [16, 3, 9], errno(EPERM)],
    ['socket', [40, 1, 0], errno(EAFNOSUPPORT)],
    ['socket', [38, 5, 0], errno(EAFNOSUPPORT)],
    ['ioctl', [0, 0x5401], ALLOW],
    ['ioctl', [0, 0x5412], errno(EPERM)],
    ['ioctl', [0, 0x1_0000_5412n], errno(EPERM)],
    ['fchmod', [3, 0o755], ALLOW],
    ['fchmod', [3, 0o4755], errno(EPERM)],
    ['openat', [0, 0, 0, 0o4755], ALLOW],
    ['openat', [0, 0, 0x40, 0o644], ALLOW],
    ['openat', [0, 0, 0x410002, 0o4755], errno(EPERM)],
  ] as const)('%s %o is answered with %d', (name, args, says) => {
    expect(call('x64', numberOf(name), args)).toBe(says)
    expect(call('arm64', numberOf(name, 1), args)).toBe(says)
  })

  test('another architecture and the foreign calls of this one end the process', () => {
    const data = Buffer.alloc(64)
    data.writeUInt32LE(0x40000003, 4)
    expect(run(seccompFilter('x64')!, data)).toBe(KILL)
    expect(call('x64', 0x40000000 | numberOf('socket'), [40, 1, 0])).toBe(KILL)
  })

  test('what no rule names is allowed, and a rule never leaks into the next', () => {
    const named = new Set(RULES.map((rule) => rule.numbers[0]))
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 470 }),
        fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 6 }),
        (number, args) => {
          const says = call('x64', number, args)
          const rules = RULES.filter((rule) => rule.numbers[0] === number)
          if (!named.has(number)) expect(says).toBe(ALLOW)
          else expect([ALLOW, ...rules.map((rule) => errno(rule.errno))]).toContain(says)
          if (rules.some((rule) => rule.when === undefined)) expect(says).not.toBe(ALLOW)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
