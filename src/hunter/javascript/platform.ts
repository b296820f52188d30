// The platform of JavaScript: names and what can be told of their results.
import type { Effect, Platform } from '../flow/platform.ts'
import { SECRET_VARIABLE } from '../flow/texts.ts'
import { ofApi, ofTaint, ofText, type Taint, whose } from '../flow/value.ts'
import { EFFECTS } from './effects.ts'
import { fold } from './fold.ts'
import { canonical, ROOTS } from './names.ts'
import { foldMethod } from './text-methods.ts'

const BUILTIN_SECRETS = new Set(['document.cookie'])
/** Modules and functions that nobody has a reason to hide; `fs[name + 'Sync']` is a habit. */
const SENSITIVE =
  /^(?:child_process(?:\.\w+)?|eval|Function|vm(?:\.\w+)?|require|process\.(?:binding|dlopen|mainModule|env)|module\._compile|net|dgram|dns|http|https|(?:http|https|net|dgram|dns)\.(?:request|get|connect|createConnection|createSocket|lookup|resolve\w*)|fetch|XMLHttpRequest|WebSocket|WebAssembly(?:\.\w+)?|document\.cookie|localStorage|os\.(?:hostname|userInfo|networkInterfaces|homedir))$/

function effect(api: string): Effect | undefined {
  const exact = EFFECTS.get(api)
  if (exact) return exact
  if (api === 'child_process.?') return EFFECTS.get('child_process.exec')
  const dot = api.lastIndexOf('.')
  return dot > 0 ? EFFECTS.get(`${api.slice(0, dot)}.*`) : undefined
}

const EVENTS = new Map<string, readonly Taint[]>(
  Object.entries({
    keydown: ['keystrokes'],
    keypress: ['keystrokes'],
    keyup: ['keystrokes'],
    copy: ['clipboard'],
    paste: ['clipboard'],
    submit: ['typed'],
    change: ['typed'],
    input: ['typed'],
    // A service worker sees all that its pages ask for.
    fetch: ['browser storage'],
  }),
)

export const javascript: Platform = {
  canonical,
  effect,
  fold,
  global(name) {
    if (name === '·request') return ofTaint('request')
    if (name === '·private key') return ofTaint('private key')
    return ROOTS.has(name) ? ofApi(canonical(name)) : undefined
  },
  taints(api) {
    if (
      api === 'process.env' ||
      api === 'import.meta.env' ||
      api === 'Deno.env.toObject()' ||
      api === 'Bun.env'
    )
      return ['environment']
    if (BUILTIN_SECRETS.has(api) || api === 'localStorage' || api === 'sessionStorage')
      return ['browser storage']
    const variable = /^(?:process|Bun)\.env\.([A-Za-z_]\w*)$/.exec(api)?.[1]
    if (variable && SECRET_VARIABLE.test(variable)) return ['secret variable']
    if (variable && /^(?:USER|USERNAME|LOGNAME|HOSTNAME|COMPUTERNAME)$/.test(variable)) return ['host']
    return []
  },
  member(self, key) {
    if (key === 'constructor') {
      if (self.functions.size > 0 || self.apis.has('·constructor') || self.apis.has('·function'))
        return ofApi('Function')
      if (self.apis.size === 0 || self.apis.has('Object.getPrototypeOf()'))
        return ofApi(self.apis.size > 0 ? 'Function' : '·constructor')
    }
    // A method of anything is a function: [].filter.constructor.
    if (
      self.objects.size > 0 &&
      /^(?:filter|map|at|find|flat|some|every|concat|join|sort|toString)$/.test(key)
    )
      return ofApi('·function')
    if (self.texts.size > 0 && /^(?:at|sub|italics|link|big|bold|concat|slice)$/.test(key))
      return ofApi('·function')
    if (self.apis.has('process.env') && /^(?:HOME|USERPROFILE|APPDATA|LOCALAPPDATA)$/.test(key))
      return ofText('~')
    if (self.taints.has('request') && /^(?:headers|query|body|params|cookies|get|header)$/.test(key))
      return whose({ taints: new Set(['request']) })
    if (key === 'target' || key === 'value') return undefined
    return undefined
  },
  method: foldMethod,
  event: (name) => EVENTS.get(name) ?? [],
  sensitive: (api) => !api.includes('()') && SENSITIVE.test(api),
  holdsFunctions: (api) => /^(?:globalThis|child_process|process|vm|fs|net|module)$/.test(api),
}
