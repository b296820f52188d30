// Programs of a few bytes that make one system call through an ABI that a careless filter forgets (x64 only).

const HEADER_BYTES = 64 + 56
const LOAD_AT = 0x400000

/** A static ELF executable of one segment, as execve wants it at the least: file header, program header, code. */
function elf(code: Buffer): string {
  const file = Buffer.alloc(HEADER_BYTES + code.length)
  file.write('7f454c46020101', 'hex') // magic, 64 bits, little-endian
  file.writeUInt16LE(2, 16) // ET_EXEC
  file.writeUInt16LE(62, 18) // EM_X86_64
  file.writeUInt32LE(1, 20)
  file.writeBigUInt64LE(BigInt(LOAD_AT + HEADER_BYTES), 24) // entry: right behind the headers
  file.writeBigUInt64LE(64n, 32) // where the program header is
  file.writeUInt16LE(64, 52)
  file.writeUInt16LE(56, 54)
  file.writeUInt16LE(1, 56) // one program header
  file.writeUInt32LE(1, 64) // PT_LOAD
  file.writeUInt32LE(5, 68) // readable, executable
  file.writeBigUInt64LE(BigInt(LOAD_AT), 80)
  file.writeBigUInt64LE(BigInt(LOAD_AT), 88)
  file.writeBigUInt64LE(BigInt(file.length), 96)
  file.writeBigUInt64LE(BigInt(file.length), 104)
  file.writeBigUInt64LE(0x1000n, 112)
  code.copy(file, HEADER_BYTES)
  return file.toString('hex')
}

const word = (value: number): Buffer => {
  const four = Buffer.alloc(4)
  four.writeUInt32LE(value >>> 0)
  return four
}
const bytes = (...parts: (number | Buffer)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : part)))

/** mov eax, n · mov ebx, a · mov ecx, b · xor edx, edx · int 0x80 */
const i386 = (number: number, a: number, b: number) =>
  bytes(0xb8, word(number), 0xbb, word(a), 0xb9, word(b), 0x31, 0xd2, 0xcd, 0x80)
/** mov eax, n with x32's bit · mov edi, a · mov esi, b · xor edx, edx · syscall */
const x32 = (number: number, a: number, b: number) =>
  bytes(0xb8, word(number | 0x40000000), 0xbf, word(a), 0xbe, word(b), 0x31, 0xd2, 0x0f, 0x05)

/** The call, and where it answered with no error, a line about it on stdout by the ordinary ABI. */
function telling(call: Buffer, what: string): string {
  const text = Buffer.from(`REACHED ${what}\n`)
  // exit(0): mov eax, 60 · xor edi, edi · syscall
  const exit = bytes(0xb8, word(60), 0x31, 0xff, 0x0f, 0x05)
  // write(1, text, length): mov eax, 1 · mov edi, 1 · lea rsi, [rip + over exit] · mov edx, length · syscall
  const write = bytes(
    0xb8,
    word(1),
    0xbf,
    word(1),
    0x48,
    0x8d,
    0x35,
    word(7 + exit.length),
    0xba,
    word(text.length),
    0x0f,
    0x05,
  )
  // test eax, eax · js over write
  return elf(bytes(call, 0x85, 0xc0, 0x78, write.length, write, exit, text))
}

const [AF_VSOCK, SOCK_STREAM, CLONE_NEWUSER] = [40, 1, 0x10000000]

/** Each by itself: a filter may kill what makes the call. */
export const FOREIGN: readonly string[] = [
  telling(i386(359, AF_VSOCK, SOCK_STREAM), 'socket(AF_VSOCK) by int 0x80'),
  telling(i386(310, CLONE_NEWUSER, 0), 'unshare by int 0x80'),
  telling(x32(41, AF_VSOCK, SOCK_STREAM), 'socket(AF_VSOCK) by x32'),
  telling(x32(272, CLONE_NEWUSER, 0), 'unshare by x32'),
]
