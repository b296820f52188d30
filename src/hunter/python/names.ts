// Names of the platform, each by one name whichever way it is reached.

export const ROOTS = new Set(
  `eval exec compile open getattr setattr globals locals vars __import__ __builtins__ builtins chr bytes bytearray str map list
  dict type print input execfile reversed ·import ·last ·arithmetic ·slice ·path breakpoint zip sorted filter ord int`.split(
    /\s+/,
  ),
)
const ALIASES: readonly [RegExp, string][] = [
  [/^(?:__builtins__|builtins|__builtin__)(?:\.__dict__)?\.(?=.)/, ''],
  [/^(?:globals|locals|vars)\(\)\.(?:__builtins__|builtins)\.(?=.)/, ''],
  [/^sys\.modules\.(?=.)/, ''],
  [/^os\.path\.os\b/, 'os'],
  [/^(?:keyboard|mouse)\.Listener/, 'pynput.$&'],
  [/^flask\.request\b/, '·request'],
  [/^six\.moves\.urllib/, 'urllib'],
  [/^kernel32\b/, 'ctypes.windll.kernel32'],
  [/^ctypes\.WinDLL\(\)\.(?=[A-Z])/, 'ctypes.windll.kernel32.'],
]
export function canonical(api: string): string {
  let name = api.slice(0, 160)
  for (const [pattern, to] of ALIASES) name = name.replace(pattern, to)
  return name
}
