// The policy as classic BPF, in the bytes that `bwrap --seccomp FD` reads (struct sock_filter, little endian).
import { type Condition, RULES, type Rule } from './policy.ts'

// linux/bpf_common.h and linux/seccomp.h
const LOAD = 0x20
const JUMP_IF_EQUAL = 0x15
const JUMP_IF_AT_LEAST = 0x35
const JUMP_IF_ANY_BIT = 0x45
const AND = 0x54
const RETURN = 0x06
const ALLOW = 0x7fff0000
const KILL_PROCESS = 0x80000000
const ERRNO = 0x00050000
/** Offsets in struct seccomp_data: number, architecture, then six arguments of eight bytes from 16 on. */
const NUMBER = 0
const ARCHITECTURE = 4
const lowHalfOf = (argument: number): number => 16 + argument * 8

interface Machine {
  readonly auditArchitecture: number
  readonly column: 0 | 1
  /** Set in the number of every call of a foreign ABI that shares the architecture (x32). */
  readonly foreignBit?: number
}
const MACHINES: Readonly<Record<string, Machine>> = {
  x64: { auditArchitecture: 0xc000003e, column: 0, foreignBit: 0x40000000 },
  arm64: { auditArchitecture: 0xc00000b7, column: 1 },
}

interface Instruction {
  readonly code: number
  /** How many instructions to pass over where the test holds, and where it does not. */
  readonly ifSo?: number
  readonly ifNot?: number
  readonly value: number
}
const load = (value: number): Instruction => ({ code: LOAD, value })
const give = (value: number): Instruction => ({ code: RETURN, value })

/** Passes on where the condition holds; else goes `beyond` instructions further than its own end. */
function test(condition: Condition, beyond: number): Instruction[] {
  const at = load(lowHalfOf(condition.argument))
  if ('anyOf' in condition) return [at, { code: JUMP_IF_ANY_BIT, value: condition.anyOf, ifNot: beyond }]
  if ('is' in condition)
    return [
      at,
      { code: AND, value: condition.mask },
      { code: JUMP_IF_EQUAL, value: condition.is, ifNot: beyond },
    ]
  const { isNot } = condition
  return [
    at,
    ...isNot.map(
      (value, i): Instruction => ({ code: JUMP_IF_EQUAL, value, ifSo: isNot.length - 1 - i + beyond }),
    ),
  ]
}

/** `number` is in the accumulator before and after. */
function blockOf({ errno, when = [] }: Rule, number: number): Instruction[] {
  let body: Instruction[] = [give(ERRNO | errno)]
  for (const condition of when.toReversed()) body = [...test(condition, body.length), ...body]
  if (when.length > 0) body.push(load(NUMBER))
  return [{ code: JUMP_IF_EQUAL, value: number, ifNot: body.length }, ...body]
}

/** The filter for a machine (`process.arch`); undefined where its system calls are not known here. */
export function seccompFilter(arch: string = process.arch): Buffer | undefined {
  const machine = MACHINES[arch]
  if (!machine) return undefined
  const { auditArchitecture, column, foreignBit } = machine
  const program: Instruction[] = [
    load(ARCHITECTURE),
    { code: JUMP_IF_EQUAL, value: auditArchitecture, ifSo: 1 },
    give(KILL_PROCESS),
    load(NUMBER),
    ...(foreignBit === undefined
      ? []
      : [{ code: JUMP_IF_AT_LEAST, value: foreignBit, ifNot: 1 }, give(KILL_PROCESS)]),
    ...RULES.flatMap((rule) => {
      const number = rule.numbers[column]
      return number === null ? [] : blockOf(rule, number)
    }),
    give(ALLOW),
  ]
  const bytes = Buffer.alloc(program.length * 8)
  for (const [i, { code, ifSo = 0, ifNot = 0, value }] of program.entries()) {
    bytes.writeUInt16LE(code, i * 8)
    bytes.writeUInt8(ifSo, i * 8 + 2)
    bytes.writeUInt8(ifNot, i * 8 + 3)
    bytes.writeUInt32LE(value >>> 0, i * 8 + 4)
  }
  return bytes
}
