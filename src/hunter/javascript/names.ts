// Names of the platform, each by one name whichever way it is reached.

/** Names under which the global object goes. */
const GLOBAL_OBJECTS = /^(?:globalThis|global|window|self|frames|top|parent|GLOBAL|root)(?=\.|$)/
export const ROOTS = new Set(
  `eval Function fetch require module exports process globalThis global window self document navigator localStorage
  sessionStorage location XMLHttpRequest WebSocket Worker SharedWorker EventSource Image RTCPeerConnection importScripts
  WebAssembly atob btoa Buffer String Array Object Reflect Proxy JSON Math Promise setTimeout setInterval setImmediate
  queueMicrotask unescape decodeURIComponent decodeURI escape Deno Bun chrome browser jQuery $ axios io ethereum crypto
  import() ·last ·arithmetic ·spread XMLHttpRequest Cookies CryptoJS LZString open Blob URL TextDecoder Uint8Array Symbol Date
  AsyncFunction execScript Module addEventListener HTMLInputElement HTMLFormElement HTMLElement EventTarget Storage
  btoa FormData Headers Request`.split(/\s+/),
)
const ALIASES: readonly [RegExp, string][] = [
  [
    /^(?:process\.mainModule|module|require\.main|module\.parent|module\.children\.\?)\.require(?=$|[.(])/,
    'require',
  ],
  [/^module\.createRequire\(\)/, 'require'],
  [/^process\.getBuiltinModule(?=$|\()/, 'require'],
  [/^require\.(?:call|apply)(?=$|\()/, 'require'],
  [/^Module\._load(?=$|\()/, 'require'],
  [/^module\.Module(?=\.|$)/, 'Module'],
  [/^module\.constructor(?=\.|$)/, 'Module'],
  [/^module\._load(?=$|\()/, 'require'],
  [/^Module\(\)\._compile/, 'module._compile'],
  [/^module\.prototype/, 'Module.prototype'],
  [/^fs-extra|^graceful-fs|^fs\/promises|^mz\/fs/, 'fs'],
  [/^fs\.promises/, 'fs'],
  [/^dns\.promises|^dns\/promises/, 'dns'],
  [/^child-process-promise|^mz\/child_process/, 'child_process'],
  [/^window\.jQuery/, 'jQuery'],
  [/^util\.promisify\(\)/, '·promisified'],
]
export function canonical(api: string): string {
  let name = api.slice(0, 160).replace(/^node:/, '')
  name = name.replace(GLOBAL_OBJECTS, '').replace(/^\./, '')
  if (name === '') return 'globalThis'
  name = name.replace(/\.default(?=\.|$)/, (all, at: number) =>
    /^(?:axios|got|node-fetch|execa|rimraf|clipboardy)$/.test(name.slice(0, at)) ? all : '',
  )
  for (const [pattern, to] of ALIASES) name = name.replace(pattern, to)
  return name
}
