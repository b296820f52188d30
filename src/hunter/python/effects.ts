// What Python's library and the usual packages do with what they are given.
import type { Effect } from '../flow/platform.ts'

const all = (names: string, effect: Effect): [string, Effect][] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => [name, effect])

const SENDS: Effect = { act: 'sends', gives: ['network'], hands: ['network'] }
const WRITES: Effect = { act: 'writes a file' }

export const EFFECTS: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ...all(
    `eval exec execfile code.InteractiveInterpreter().runcode runpy.run_path runpy.run_module imp.load_source imp.load_module
    importlib.import_module __import__ pickle.loads pickle.load cPickle.loads dill.loads dill.load cloudpickle.loads marshal.load
    joblib.load shelve.open types.FunctionType types.LambdaType jsonpickle.decode pandas.read_pickle
    importlib.util.spec_from_file_location importlib.machinery.SourceFileLoader yaml.unsafe_load`,
    { act: 'runs code' },
  ),
  ...all(
    `os.system os.popen os.startfile os.execl os.execle os.execlp os.execv os.execve os.execvp os.execvpe os.spawnl os.spawnle
    os.spawnv os.spawnve os.spawnlp os.posix_spawn subprocess.run subprocess.call subprocess.check_call subprocess.check_output
    subprocess.Popen subprocess.getoutput subprocess.getstatusoutput commands.getoutput popen2.popen2 pty.spawn
    asyncio.create_subprocess_shell asyncio.create_subprocess_exec pexpect.spawn pexpect.run invoke.run sh.bash plumbum.local
    distutils.spawn.spawn win32api.WinExec win32api.ShellExecute ctypes.windll.shell32.ShellExecuteW
    ctypes.windll.kernel32.WinExec`,
    { act: 'runs a command', is: 'Process' },
  ),
  ...all('Process.*', { is: 'Process' }),
  ...all(
    `requests.get requests.post requests.put requests.patch requests.delete requests.head requests.request
    requests.Session().get requests.Session.send requests.Session().send requests.Session().post requests.Session().put requests.Session().request requests.session().get
    requests.session().post urllib.request.urlopen urllib.urlopen urllib2.urlopen urllib.request.urlretrieve urllib.urlretrieve
    urllib3.request urllib3.PoolManager().request httpx.get httpx.post httpx.put httpx.stream httpx.request httpx.Client().get httpx.Client().post
    httpx.AsyncClient().post httpx.AsyncClient().get aiohttp.ClientSession().get aiohttp.ClientSession().post aiohttp.request
    wget.download pycurl.Curl().setopt smtplib.SMTP().sendmail smtplib.SMTP_SSL().sendmail smtplib.SMTP().send_message
    smtplib.SMTP_SSL().send_message ftplib.FTP().storbinary paramiko.SSHClient().exec_command websocket.create_connection().send
    telebot.TeleBot().send_message telebot.TeleBot().send_document telegram.Bot().send_message
    discord_webhook.DiscordWebhook dhooks.Webhook().send dhooks.Webhook discord.SyncWebhook.from_url().send grequests.post
    xmlrpc.client.ServerProxy boto3.client().put_object http.client.HTTPConnection().request http.client.HTTPSConnection().request
    httplib.HTTPSConnection().request asyncio.open_connection webbrowser.open`,
    SENDS,
  ),
  ...all('urllib.request.Request urllib2.Request requests.Request httpx.Request Request.*', {
    is: 'Request',
  }),
  ...all('urllib.request.build_opener().open', SENDS),
  ...all(
    'http.client.HTTPConnection http.client.HTTPSConnection httplib.HTTPConnection httplib.HTTPSConnection',
    { is: 'HttpConnection' },
  ),
  ...all('HttpConnection.request', { ...SENDS, is: 'HttpConnection' }),
  ...all('HttpConnection.getresponse', { gives: ['network'] }),
  ...all('socket.socket ssl.wrap_socket socket.create_connection', { is: 'Socket', gives: ['network'] }),
  ...all('Socket.connect Socket.connect_ex', { act: 'sends', is: 'Socket' }),
  ...all('Socket.send Socket.sendall Socket.sendto Socket.sendfile', SENDS),
  ...all('Socket.recv Socket.recvfrom Socket.makefile Socket.accept', { gives: ['network'], is: 'Socket' }),
  ...all('Socket.fileno', { is: 'Socket.fileno()' }),
  ...all(
    'socket.gethostbyname socket.gethostbyname_ex socket.getaddrinfo dns.resolver.resolve dns.resolver.query dns.resolver.Resolver().resolve',
    {
      act: 'sends',
      gives: ['network'],
    },
  ),
  ...all('os.dup2', { act: 'duplicates a socket' }),
  ...all('open io.open codecs.open os.fdopen builtins.open', { is: 'File' }),
  ...all('File.write File.writelines', { act: 'writes a file' }),
  ...all('pathlib.Path pathlib.PosixPath pathlib.PurePath', { is: 'Path' }),
  ...all('pathlib.Path.home', { is: 'Path', text: '~' }),
  ...all('Path.write_text Path.write_bytes Path.symlink_to Path.rename', { act: 'writes a file' }),
  ...all('Path.open', { is: 'File' }),
  ...all('Path.expanduser Path.resolve Path.absolute Path.joinpath', { is: 'Path' }),
  ...all('Path.unlink Path.rmdir', { act: 'deletes' }),
  ...all(
    'shutil.copy shutil.copyfile shutil.copy2 shutil.copytree shutil.move os.rename os.replace os.symlink os.link',
    WRITES,
  ),
  ...all(
    'winreg.OpenKey winreg.CreateKey winreg.CreateKeyEx winreg.OpenKeyEx _winreg.OpenKey _winreg.CreateKey reg.OpenKey',
    { is: 'RegistryKey' },
  ),
  ...all('winreg.SetValueEx winreg.SetValue _winreg.SetValueEx', WRITES),
  ...all('shutil.rmtree os.remove os.unlink os.rmdir os.removedirs send2trash.send2trash', {
    act: 'deletes',
  }),
  ...all(
    'ctypes.CDLL ctypes.WinDLL ctypes.cdll.LoadLibrary ctypes.windll.LoadLibrary ctypes.PyDLL cffi.FFI().dlopen',
    { act: 'loads native code' },
  ),
  ...all(
    `ctypes.windll.kernel32.VirtualAlloc ctypes.windll.kernel32.VirtualAllocEx ctypes.windll.kernel32.CreateThread
    ctypes.windll.kernel32.CreateRemoteThread ctypes.windll.kernel32.WriteProcessMemory ctypes.windll.kernel32.RtlMoveMemory
    ctypes.windll.kernel32.VirtualProtect ctypes.CDLL().mprotect`,
    { act: 'injects' },
  ),
  ...all(
    `marshal.loads zlib.decompress gzip.decompress bz2.decompress lzma.decompress zlib.decompressobj().decompress base64.b32decode
    base64.b16decode base64.a85decode base64.decodebytes base64.decodestring binascii.a2b_base64 cryptography.fernet.Fernet().decrypt
    Crypto.Cipher.AES.new().decrypt Cryptodome.Cipher.AES.new().decrypt Crypto.Cipher.ARC4.new().decrypt pyaes.AESModeOfOperationCTR().decrypt
    rsa.decrypt nacl.secret.SecretBox().decrypt uu.decode quopri.decodestring`,
    { gives: ['decoded'] },
  ),
  ...all(
    `cryptography.fernet.Fernet().encrypt Crypto.Cipher.AES.new().encrypt Cryptodome.Cipher.AES.new().encrypt pyAesCrypt.encryptFile
    nacl.secret.SecretBox().encrypt`,
    { act: 'encrypts' },
  ),
  ...all(
    'socket.gethostname platform.node platform.uname getpass.getuser os.getlogin os.uname uuid.getnode socket.getfqdn platform.platform psutil.users',
    {
      gives: ['host'],
    },
  ),
  ...all('os.environ.copy os.environ.items os.environ.values os.environ.keys', { gives: ['environment'] }),
  ...all(
    `browser_cookie3.chrome browser_cookie3.load browser_cookie3.firefox browser_cookie3.edge win32crypt.CryptUnprotectData
    browsercookie.chrome pypykatz.live`,
    { gives: ['credentials'] },
  ),
  ...all(
    `pynput.keyboard.Listener keyboard.on_press keyboard.on_release keyboard.hook keyboard.record keyboard.read_event
    keyboard.read_key keyboard.start_recording keyboard.stop_recording pynput.mouse.Listener pyxhook.HookManager`,
    { gives: ['keystrokes'], hands: ['keystrokes'] },
  ),
  ...all(
    'PIL.ImageGrab.grab pyautogui.screenshot mss.mss().grab mss.mss().shot pyscreenshot.grab cv2.VideoCapture().read sounddevice.rec',
    { gives: ['screen'] },
  ),
  ...all(
    'pyperclip.paste clipboard.paste win32clipboard.GetClipboardData tkinter.Tk().clipboard_get pandas.read_clipboard',
    { gives: ['clipboard'] },
  ),
  ...all('pyperclip.copy clipboard.copy win32clipboard.SetClipboardText win32clipboard.SetClipboardData', {
    act: 'writes the clipboard',
  }),
])
