// The platform of Python: names and what can be told of their results.
import type { Platform } from '../flow/platform.ts'
import { SECRET_VARIABLE } from '../flow/texts.ts'
import { ofApi, ofTaint, ofText } from '../flow/value.ts'
import { EFFECTS } from './effects.ts'
import { fold } from './fold.ts'
import { canonical, ROOTS } from './names.ts'
import { foldMethod } from './text-methods.ts'

/** Modules and functions that nobody has a reason to hide. */
const SENSITIVE =
  /^(?:os(?:\.(?:system|popen|exec\w*|spawn\w*|environ|dup2|remove))?|subprocess(?:\.\w+)?|eval|exec|compile|__import__|pickle(?:\.\w+)?|marshal(?:\.\w+)?|socket(?:\.\w+)?|requests(?:\.\w+)?|urllib(?:\.[\w.]+)?|ctypes(?:\.\w+)?|base64(?:\.\w+)?|zlib(?:\.\w+)?|pty|builtins|importlib(?:\.\w+)?)$/

export const python: Platform = {
  canonical,
  effect(api) {
    const exact = EFFECTS.get(api)
    if (exact) return exact
    if (api.endsWith('.decrypt')) return { gives: ['decoded'] }
    const dot = api.lastIndexOf('.')
    return dot > 0 ? EFFECTS.get(`${api.slice(0, dot)}.*`) : undefined
  },
  fold,
  method: foldMethod,
  global(name) {
    if (name === '·request') return ofTaint('request')
    if (name === '·private key') return ofTaint('private key')
    return ROOTS.has(name) ? ofApi(name) : undefined
  },
  taints(api) {
    if (api === 'os.environ') return ['environment']
    if (api === '·request' || api.startsWith('·request.')) return ['request']
    const variable = /^os\.environ\.([A-Za-z_]\w*)$/.exec(api)?.[1]
    if (variable && SECRET_VARIABLE.test(variable)) return ['secret variable']
    return []
  },
  member(self, key) {
    if (self.apis.has('os.environ') && /^(?:HOME|USERPROFILE|APPDATA|LOCALAPPDATA)$/i.test(key))
      return ofText('~')
    if (key === '__globals__' || key === '__builtins__') return ofApi('builtins')
    return undefined
  },
  event: () => [],
  sensitive: (api) => !api.includes('()') && SENSITIVE.test(api),
  holdsFunctions: (api) => /^(?:builtins|__builtins__|os|subprocess|globals\(\))$/.test(api),
}
