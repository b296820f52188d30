// Texts that more than one rule or language asks about.

/** Files that hold what lets one act as somebody else: keys, tokens, saved passwords, wallets. */
export const CREDENTIAL_FILE =
  /(?:\.ssh(?:[/\\]|$)|\bid_(?:rsa|dsa|ecdsa|ed25519)\b|\.npmrc$|\.pypirc$|\.netrc$|\.git-credentials|\.aws(?:[/\\]|$)|\.azure[/\\]|\.docker[/\\]config\.json|\.kube[/\\]config|gcloud[/\\]|application_default_credentials|\.config[/\\](?:gh|hub)\b|\.gnupg|\.vault-token|serviceaccount[/\\]token|\/etc\/(?:passwd|shadow)\b|\/proc\/[^/]+\/environ|\.(?:bash|zsh|python|mysql|psql)_history|Login Data|[/\\]Cookies\b|Web Data|Local State|Local Storage[/\\]leveldb|key4\.db|logins\.json|cookies\.sqlite|nkbihfbeogaeaoehlefnkodbefgpgknn|\b(?:wallet\.dat|keystore[/\\])|\.?(?:exodus|electrum|Ethereum|Bitcoin|Atomic)[/\\]|MetaMask|tdata\b|\.config[/\\]solana[/\\]id\.json|(?:discord|discordcanary|discordptb)[/\\])/i

/** Variables that let one act as somebody else at a service that more than one program uses. */
export const SECRET_VARIABLE =
  /^(?:NPM|NODE_AUTH|GITHUB|GH|GITLAB|CI_JOB|ACTIONS|AWS|AZURE|ARM|GOOGLE|GCP|DOCKER|PYPI|TWINE|VAULT|KUBE|SSH|OPENAI|ANTHROPIC)\w*(?:TOKEN|SECRET|PASSWORD|KEY|CREDENTIALS?)\w*$/i

/** Those services. */
export const OWN_SERVICE =
  /npmjs\.org|github|gitlab|amazonaws|\baws\b|azure|microsoft|google|docker|pypi\.org|vault|kube|openai|anthropic/i

/** Names of parameters that hold private keys, or what they are made from. */
export const isKeyMaterial = (name: string): boolean =>
  /^(?:private_?key|secret_?key|sk|priv_?key|mnemonic|seed_?phrase|recovery_?phrase)$/i.test(name)

/** Services that anybody can have an address at within a minute and that take whatever is sent. */
export const DROP =
  /(?:discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/|api\.telegram\.org\/?bot|webhook\.site|requestbin|pipedream\.net|\boast\.(?:fun|pro|live|me|site|online)|interact\.sh|interactsh|burpcollaborator|canarytokens|ngrok(?:-free)?\.(?:io|app|dev)|trycloudflare\.com|loca\.lt|serveo\.net|transfer\.sh|file\.io|gofile\.io|anonfiles|0x0\.st|termbin|pastebin\.com|paste\.ee|hastebin|rentry\.(?:co|org)|ipinfo\.io\/json\?exfil|beeceptor|dnslog|\.onion\b)/i

/** Addresses of no name: an attacker's server seldom has one, a product's seldom lacks one. */
export function isBareAddress(text: string): boolean {
  const address = /(?:^|\/\/|@)(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}(?::\d+)?(?:[/?#]|$)/.exec(text)
  if (!address) return false
  const [first, second] = [Number(address[1]), Number(address[2])]
  const own =
    first === 127 ||
    first === 10 ||
    first === 0 ||
    (first === 192 && second === 168) ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 169 && second === 254)
  return !own
}

/** What answers with the credentials of the machine that asks (cloud instance metadata). */
export const METADATA = /169\.254\.169\.254|metadata\.google\.internal|100\.100\.100\.200|fd00:ec2::254/

const LOCAL = /^(?:https?|wss?):\/\/(?:localhost|127\.|0\.0\.0\.0|\[::1\]|[\w-]+(?::\d+)?(?:\/|$))/i

/** The host that a text names outright; undefined where it is a path, a local one, or not known. */
export function foreignHost(text: string): string | undefined {
  if (LOCAL.test(text)) return undefined
  const host =
    /^(?:https?|wss?|ftp|tcp):\/\/([^/:?#…]*)/i.exec(text)?.[1] ??
    /^((?:[a-z0-9-]+\.)+[a-z]{2,}|\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1]
  return host?.includes('.') ? host.toLowerCase() : undefined
}

/** Where what is written is carried out later without anybody asking for it. */
export const PERSISTENT =
  /(?:\.(?:bashrc|bash_profile|zshrc|zshenv|zprofile|profile)$|\.config[/\\]fish[/\\]|authorized_keys|(?:^|[/\\])(?:cron(?:tab|\.d|\.daily|\.hourly)|crontabs)\b|\/var\/spool\/cron|systemd[/\\](?:system|user)|\/etc\/(?:init\.d|rc\.local|profile\.d|ld\.so\.preload|sudoers)|LaunchAgents|LaunchDaemons|Start Menu[/\\]Programs[/\\]Startup|[/\\]Startup[/\\]|autostart[/\\]|CurrentVersion\\+Run|sitecustomize\.py|usercustomize\.py|[/\\]site-packages[/\\][^/\\]*\.pth$|\.pth$|\.git[/\\]hooks[/\\]|\.github[/\\]workflows[/\\]|\.vscode[/\\]tasks\.json|\.npmrc$|\.yarnrc|pip\.conf$|\.pypirc$|ms-settings[/\\]|Shell[/\\]+Open[/\\]+command|discord_desktop_core|app\.asar\b|winlogon)/i

/** A home directory, the root, a drive: nothing that a program owns. */
export const WHOLE_TREE =
  /^(?:\/|~[/\\]?|~[/\\](?:Documents|Desktop|Downloads|Pictures|\*)?[/\\]?|[A-Z]:[/\\]*|\/(?:home|Users|root|etc|var|usr|bin)[/\\]?\*?|\/\*|\$HOME[/\\]?|C:[/\\]Users[/\\]?)$/i

export const MINING =
  /stratum\+(?:tcp|ssl|tls):\/\/|\bxmrig\b|\bcoinhive\b|\bcryptonight\b|\bminexmr\b|\bsupportxmr\b|\bnanopool\.org|\b(?:eth|t-rex|nb|lol)miner\b|\brandomx\b.*\bpool\b|CoinImp|deepMiner/i

/** Addresses of money, whole. */
export const WALLET =
  /^(?:0x[0-9a-zA-Z]{40}|bc1[02-9ac-hj-np-z]{25,60}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|T[1-9A-HJ-NP-Za-km-z]{33}|4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}|[1-9A-HJ-NP-Za-km-z]{43,44}|(?:L|M|ltc1)[a-zA-HJ-NP-Z0-9]{26,40}|r[1-9A-HJ-NP-Za-km-z]{24,34})$/

/** Files that nobody expects to be run. */
export const NOT_CODE =
  /\.(?:png|jpe?g|gif|ico|webp|bmp|svg|woff2?|ttf|mp3|wav|ogg|mp4|pdf|zip|xz|lzma|css)$/i

/** Commands that print what lets one act as somebody else. */
export const READS_CREDENTIALS =
  /\bgit\s+credential\s+fill|\bgh\s+auth\s+token|\bgcloud\s+auth\s+print|\baws\s+configure\s+get|\bsecurity\s+(?:find-|dump-)|\bnpm\s+(?:config|token)\s+(?:get|list)|\bcat\s+\S*(?:\.ssh\/|\.npmrc|\.aws\/|\.netrc)|\bprintenv\b|^\s*env\s*$|\bset\s*$/
