// What Node.js, browsers, Deno, Bun and the usual packages do with what they are given. A key ends in `.*` where all that
// is under it does the same.
import type { Effect } from '../flow/platform.ts'

const all = (names: string, effect: Effect): [string, Effect][] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => [name, effect])

const RUNS_CODE: Effect = { act: 'runs code' }
const RUNS_COMMAND: Effect = { act: 'runs a command', is: 'Process' }
const SENDS: Effect = { act: 'sends', gives: ['network'] }
const WRITES: Effect = { act: 'writes a file' }

export const EFFECTS: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ...all(
    `eval Function AsyncFunction GeneratorFunction vm.runInThisContext vm.runInNewContext vm.runInContext vm.Script
    vm.compileFunction vm.SourceTextModule module._compile Module.prototype._compile execScript document.write
    document.writeln Script.text= Script.textContent= Script.innerText= WebAssembly.instantiate WebAssembly.compile
    WebAssembly.Module WebAssembly.instantiateStreaming require import() setTimeout setInterval setImmediate Deno.eval
    requireFromString requireFromString.default process._linkedBinding Reflect.construct`,
    RUNS_CODE,
  ),
  ...all('worker_threads.Worker Worker SharedWorker importScripts', { act: 'runs code', is: 'Worker' }),
  ...all(
    `child_process.exec child_process.execSync child_process.spawn child_process.spawnSync child_process.execFile
    child_process.execFileSync child_process.fork execa execa.default execa.command execa.execa execa.sync execa.execaCommand
    execa.execaSync execa.$ shelljs.exec cross-spawn cross-spawn.sync zx.$ Bun.spawn Bun.spawnSync Bun.$ Deno.Command
    Deno.run process.binding().spawn node-pty.spawn sudo-prompt.exec tinyexec.exec tinyexec.x`,
    RUNS_COMMAND,
  ),
  ...all('Process.*', { is: 'Process' }),
  ...all('Process.stdout Process.stdin Process.stderr', { is: 'Process' }),
  ...all('WebSocket ws ws.WebSocket ws.default', {
    act: 'sends',
    is: 'WebSocket',
    gives: ['network'],
    hands: ['network'],
  }),
  ...all('WebSocket.send Socket.send Socket.emit', SENDS),
  ...all('socket.io-client.io socket.io-client socket.io-client.connect io io.connect', {
    is: 'WebSocket',
    gives: ['network'],
    hands: ['network'],
  }),
  ...all('WebSocket.emit', SENDS),
  ...all('net.connect net.createConnection net.Socket tls.connect dgram.createSocket', {
    act: 'sends',
    is: 'Socket',
    gives: ['network'],
    hands: ['network'],
  }),
  ...all('Socket.connect', { act: 'sends', is: 'Socket', gives: ['network'] }),
  ...all('Socket.write Socket.end', SENDS),
  ...all('net.createServer net.Server tls.createServer', {
    is: 'Server',
    handsOver: 'Socket',
    hands: ['network'],
  }),
  ...all('http.createServer https.createServer http2.createServer http2.createSecureServer', {
    is: 'HttpServer',
    hands: ['request'],
  }),
  ...all(
    'http.request https.request http.get https.get http2.connect http2.request follow-redirects.http.get follow-redirects.https.get follow-redirects.https.request',
    {
      act: 'sends',
      is: 'Request',
      gives: ['network'],
      hands: ['network'],
      handsOver: 'Response',
    },
  ),
  ...all('Request.write Request.end Request.send', { ...SENDS, is: 'Request' }),
  ...all('Response.*', { gives: ['network'], hands: ['network'] }),
  ...all('Request.on', { is: 'Request', gives: ['network'], hands: ['network'] }),
  ...all(
    `fetch axios axios.default axios.get axios.post axios.put axios.patch axios.request axios.default.post axios.default.get
    got got.default got.get got.post got.put got.stream node-fetch node-fetch.default cross-fetch cross-fetch.default
    isomorphic-fetch request request.get request.post request.put request-promise request-promise.get request-promise.post
    needle needle.get needle.post needle.request superagent superagent.get superagent.post undici.fetch undici.request
    undici.stream phin bent ky ky.get ky.post ofetch ofetch.ofetch ofetch.$fetch $fetch wretch navigator.sendBeacon
    jQuery.ajax jQuery.get jQuery.post jQuery.getJSON $.ajax $.get $.post $.getJSON EventSource RTCPeerConnection
    nodemailer.createTransport.sendMail sendMail download download.default Image.src= Element.src= Element.href=
    location.href= location location.assign location.replace window.open open chrome.runtime.sendMessage
    Bun.connect Deno.connect ssh2.Client.connect form-data().submit FormData().submit basic-ftp.Client.uploadFrom`,
    SENDS,
  ),
  ...all('Image', { is: 'Image' }),
  ...all('document.createElement', { is: 'Element' }),
  ...all('XMLHttpRequest', { is: 'Xhr', gives: ['network'] }),
  ...all('Xhr.open', { is: 'Xhr' }),
  ...all('Xhr.send', SENDS),
  ...all('superagent().send superagent.post().send', SENDS),
  ...all(
    `dns.lookup dns.resolve dns.resolve4 dns.resolve6 dns.resolveTxt dns.resolveAny dns.resolveCname dns.resolveMx
    dns.Resolver.resolve dns.Resolver.resolve4 dns.Resolver().resolve dns.Resolver().resolve4 dns.Resolver().resolveTxt`,
    { ...SENDS, hands: ['network'] },
  ),
  ...all(
    `fs.writeFile fs.writeFileSync fs.appendFile fs.appendFileSync fs.copyFile fs.copyFileSync fs.cp fs.cpSync fs.symlink
    fs.symlinkSync fs.link fs.linkSync fs.outputFile fs.outputFileSync fs.outputJson fs.writeJson fs.writeJsonSync fs.write
    fs.writeSync Bun.write Deno.writeTextFile Deno.writeTextFileSync Deno.writeFile write-file-atomic fs.copy fs.copySync`,
    WRITES,
  ),
  ...all('fs.rename fs.renameSync fs.move fs.truncate fs.truncateSync', WRITES),
  ...all('fs.createWriteStream', { act: 'writes a file', is: 'FileStream' }),
  ...all('FileStream.write FileStream.end', { act: 'writes a file', is: 'FileStream' }),
  ...all('stream.pipeline stream/promises.pipeline', { act: 'pipes' }),
  ...all(
    `fs.rm fs.rmSync fs.rmdir fs.rmdirSync fs.unlink fs.unlinkSync fs.remove fs.removeSync fs.emptyDir fs.emptyDirSync rimraf rimraf.sync
    rimraf.default rimraf.rimraf del del.sync del.deleteAsync Deno.remove Deno.removeSync shelljs.rm trash`,
    { act: 'deletes' },
  ),
  ...all(
    'process.dlopen process.binding bindings node-gyp-build ffi-napi.Library koffi.load Bun.dlopen bun:ffi.dlopen Deno.dlopen',
    {
      act: 'loads native code',
    },
  ),
  ...all(
    `crypto.createDecipheriv().update crypto.createDecipheriv().final crypto.createDecipher().update
    crypto.createDecipher().final crypto.privateDecrypt crypto.publicDecrypt zlib.inflateSync zlib.inflateRawSync
    zlib.gunzipSync zlib.unzipSync zlib.brotliDecompressSync crypto-js.AES.decrypt CryptoJS.AES.decrypt crypto-js.RC4.decrypt
    LZString.decompress LZString.decompressFromBase64 lz-string.decompressFromBase64 pako.inflate pako.ungzip unescape
    String.fromCharCode String.fromCodePoint crypto.subtle.decrypt`,
    { gives: ['decoded'] },
  ),
  ...all('zlib.inflate zlib.gunzip zlib.unzip zlib.brotliDecompress zlib.inflateRaw', {
    gives: ['decoded'],
    hands: ['decoded'],
  }),
  ...all(
    'crypto.createCipheriv().update crypto.createCipheriv().final crypto.createCipher().update crypto.publicEncrypt',
    { act: 'encrypts' },
  ),
  ...all('os.hostname os.userInfo os.networkInterfaces', { gives: ['host'] }),
  ...all('os.homedir', { text: '~', gives: [] }),
  ...all('os.tmpdir', { text: '/tmp', gives: [] }),
  ...all(
    'localStorage.getItem sessionStorage.getItem Cookies.get js-cookie.get chrome.cookies.getAll browser.cookies.getAll chrome.storage.local.get',
    {
      gives: ['browser storage'],
      hands: ['browser storage'],
    },
  ),
  ...all(
    'navigator.clipboard.readText clipboardy.read clipboardy.readSync clipboardy.default.read clipboardy.default.readSync electron.clipboard.readText navigator.clipboard.read',
    {
      gives: ['clipboard'],
      hands: ['clipboard'],
    },
  ),
  ...all(
    'navigator.clipboard.writeText clipboardy.write clipboardy.writeSync clipboardy.default.write clipboardy.default.writeSync electron.clipboard.writeText',
    {
      act: 'writes the clipboard',
    },
  ),
  ...all('iohook.on uiohook-napi.uIOhook.on node-global-key-listener.GlobalKeyboardListener().addListener', {
    hands: ['keystrokes'],
  }),
  ...all(
    'desktopCapturer.getSources electron.desktopCapturer.getSources screenshot-desktop screenshot-desktop.default navigator.mediaDevices.getDisplayMedia html2canvas',
    {
      gives: ['screen'],
      hands: ['screen'],
    },
  ),
])
