// What a line for a shell does, as far as text can tell.

import { DROP } from './texts.ts'

const LONGEST = 20_000
const FETCH = '(?:curl|wget|fetch|aria2c|Invoke-WebRequest|iwr|certutil|bitsadmin)'
const RUNS = String.raw`(?:sudo\s+(?:-\w+\s+)*)?(?:env\s+)?(?:ba|z|da|k)?sh\b|(?:python[\d.]*|node|perl|ruby|php)\b(?!\s+-(?:m\s+json|c\b))`

const RULES: readonly [RegExp, string][] = [
  [
    new RegExp(
      String.raw`\b${FETCH}\b[^|;&\n]*\|\s*(?:(?:tee|base64|gunzip|gzip|tar|openssl|xxd|tr|rev)\b[^|]*\|\s*)*(?:${RUNS})`,
      'i',
    ),
    'fetches text and runs it',
  ],
  [
    new RegExp(String.raw`\b(?:ba|z|da|k)?sh\s+(?:-c\s+)?["']?(?:<\(|\$\(|\`)\s*${FETCH}\b`, 'i'),
    'fetches text and runs it',
  ],
  [
    new RegExp(String.raw`\b(?:eval|source|\.)\s+["']?(?:<\(|\$\(|\`)\s*${FETCH}\b`, 'i'),
    'fetches text and runs it',
  ],
  [
    new RegExp(
      String.raw`\b(?:python[\d.]*|node|perl|ruby|php)\s+(?:-[ce]\s+)?["']?(?:<\(|\$\()\s*${FETCH}\b`,
      'i',
    ),
    'fetches text and runs it',
  ],
  [
    new RegExp(
      String.raw`\b${FETCH}\b.*?(?:-o|-O|--output|>|-OutFile)\s*["']?(\S+?)["']?\s*(?:&&|;|\|\|?|\n).*?(?:chmod\s+\S*[x7]\S*\s+\S+|(?:ba|z|da)?sh\s+["']?\1|&&\s*["']?(?:\./)?\1|node\s+["']?\1|python[\d.]*\s+["']?\1|Start-Process|start\s+\S*\1)`,
      'is',
    ),
    'fetches a file and runs it',
  ],
  [
    /\b(?:base64|openssl\s+enc|xxd)\b[^|;\n]*(?:-d|--decode|-D|-r)\b[^|;\n]*\|\s*(?:sudo\s+)?(?:(?:gunzip|zcat|xz\s+-d)\b[^|]*\|\s*)?(?:(?:ba|z|da)?sh|python[\d.]*|node|perl)\b/i,
    'runs encoded text',
  ],
  [
    /\b(?:eval|(?:ba|z)?sh\s+-c)\s+["']?(?:\$\(|`)[^)`]*\b(?:base64|xxd|openssl|rev|printf)\b/i,
    'runs encoded text',
  ],
  [/\bpowershell(?:\.exe)?\b.*\s-e(?:nc|ncodedcommand|c)?\s+[A-Za-z0-9+/=]{16,}/i, 'runs encoded text'],
  [
    /\b(?:IEX|Invoke-Expression)\b.*(?:DownloadString|Invoke-WebRequest|iwr\b|Net\.WebClient|FromBase64String)|(?:DownloadString|DownloadFile)\s*\(.*\b(?:IEX|Invoke-Expression|Start-Process)\b|(?:\biwr\b|\birm\b|Invoke-(?:WebRequest|RestMethod))[^|]*\|\s*(?:iex|Invoke-Expression)/i,
    'fetches text and runs it',
  ],
  [
    /\b(?:certutil\b.*-urlcache|bitsadmin\b.*\/transfer)/i,
    'fetches a file by a tool that is not made for it',
  ],
  [/\b(?:mshta|regsvr32|rundll32)(?:\.exe)?\b.*(?:https?:|javascript:|scrobj)/i, 'fetches text and runs it'],
  [
    /\/dev\/(?:tcp|udp)\/[^/\s]+\/\d+|\b(?:nc|ncat|netcat)\b[^\n|;]*\s-(?:\w*e|c)\s*\S*(?:sh|cmd)|\bmkfifo\b.*\b(?:nc|ncat|netcat|openssl\s+s_client|telnet)\b|\bsocat\b.*\bexec:|\bsh\s+-i\b.*[<>]&/i,
    'opens a shell to another machine',
  ],
  [
    /\b(?:python[\d.]*|perl|ruby|php)\b\s+-\w*[cer]\b.*\bsocket\b.*(?:\bsh\b|exec|dup2|subprocess)/is,
    'opens a shell to another machine',
  ],
  [
    /(?:\b(?:env|printenv|set)\b|cat\s+\S*(?:\.ssh\/|id_rsa|\.npmrc|\.aws\/|\/etc\/(?:passwd|shadow)|\.env\b|\.netrc|\.git-credentials|\.kube\/)\S*)[^|;\n]*\|\s*(?:(?:base64|gzip|xxd|tr|sed|jq)\b[^|]*\|\s*)*(?:curl|wget|nc|ncat|ssh|openssl)\b/i,
    'sends credentials away',
  ],
  [
    /\bcurl\b.*(?:-d|--data(?:-\w+)?|-F|--form|-T|--upload-file)\s*["']?[^"'\s]*(?:@|=@)?[~./\w]*(?:\.ssh\/|id_rsa|id_ed25519|\.npmrc|\.aws\/|\/etc\/(?:passwd|shadow)|\.env\b|\.netrc|\.git-credentials|\.kube\/)/i,
    'sends credentials away',
  ],
  [
    /\b(?:curl|wget|nslookup|dig|host|ping)\b[^\n]*(?:\$\(|`)\s*(?:env|printenv|whoami|hostname|id|cat|uname|ifconfig|ip\s+a)\b/i,
    'sends what it finds on the machine away',
  ],
  [
    /\b(?:curl|wget)\b[^\n]*(?:-d|--data\S*|\?)[^\n]*\$\{?(?:\w*(?:TOKEN|SECRET|PASSWORD|ACCESS_KEY)\w*)\}?/i,
    'sends credentials away',
  ],
  [
    /\b(?:whoami|hostname|uname\s+-a|ifconfig|printenv)\b[\s\S]*\b(?:curl|wget|nc|nslookup|dig)\b|\b(?:curl|wget)\b[^|\n]*[$`(\s](?:whoami|hostname)\b/i,
    'sends what it finds on the machine away',
  ],
  [
    /\bnetsh\s+wlan\s+show\b.*\bkey=clear|\bsecurity\s+(?:dump-keychain|find-(?:generic|internet)-password)\b.*-\w*[wg]|\/proc\/[^/\s]+\/mem\b|\bmimikatz\b|\bprocdump\b.*lsass|\bsecretsdump\b|\btrufflehog\b.*(?:filesystem|\s~|\$HOME)/i,
    'reads passwords that the machine keeps',
  ],
  [
    /\b(?:claude|gemini|q|codex|cursor-agent)\b.*(?:--dangerously-skip-permissions|--yolo|--trust-all-tools|--dangerously-bypass)/i,
    'lets an agent act without being asked',
  ],
  [
    /\brm\s+(?:-\w+\s+)*-\w*[rR]\w*\s+(?:-\w+\s+|--no-preserve-root\s+)*["']?(?:\/|~|\$\{?HOME\}?|\/\*|~\/\*|\/(?:home|etc|usr|var|root|Users)\/?\*?)["']?(?:\s|$|;|&)/,
    'deletes a home directory or the root',
  ],
  [
    /\bfind\s+(?:\/|~|\$HOME)\S*\s.*(?:-delete\b|-exec\s+(?:rm|shred)\b)|\bshred\b.*\s(?:~|\/home|\$HOME)/,
    'deletes a home directory or the root',
  ],
  [
    /\b(?:rd|rmdir|del|deltree)\b\s+(?:\/[sqf]\s+)+["']?(?:[A-Z]:\\?\*?|%(?:USERPROFILE|SystemRoot)%)|\bformat\s+[a-z]:|\bmkfs(?:\.\w+)?\s+\/dev\/|\bdd\b[^\n]*\bof=\/dev\/(?:sd|nvme|hd|disk|vd)|\bvssadmin\b.*\bdelete\b|\bwbadmin\b.*\bdelete\b|:\(\)\s*\{\s*:\s*\|\s*:\s*&\s*\}\s*;\s*:/i,
    'destroys data of the machine',
  ],
  [
    /(?:\bcrontab\s+(?:-(?!l\b|r\b|e\b)|[^-\s])|>>?\s*\S*(?:authorized_keys|\.bashrc|\.zshrc|\.profile|\.bash_profile|\/etc\/(?:cron|profile\.d|rc\.local|ld\.so\.preload|sudoers)|crontab))|\bschtasks\b.*\/create|\breg(?:\.exe)?\s+add\b.*\\(?:Run|RunOnce)\b|\bsystemctl\b.*\benable\b|\blaunchctl\s+(?:load|bootstrap)|\bNew-ScheduledTask|\bsc(?:\.exe)?\s+create\b/i,
    'makes itself start again later',
  ],
  [
    /\b(?:history\s+-c|unset\s+HISTFILE|HISTFILE=\/dev\/null|Set-MpPreference\b.*Disable|netsh\s+advfirewall\s+set\b.*\boff|setenforce\s+0|ufw\s+disable|iptables\s+-F|Add-MpPreference\b.*Exclusion)/i,
    "hides from the machine's owner or turns protection off",
  ],
  [/stratum\+(?:tcp|ssl|tls):\/\/|\bxmrig\b|\bminerd\b|\bcpuminer\b/i, "mines on the machine's account"],
]

/** What the command does that no ordinary change needs; undefined where nothing was recognised. */
export const harmOf = (command: string): string | undefined => {
  const text = command.length > LONGEST ? command.slice(0, LONGEST) : command
  const found = RULES.find(([pattern]) => pattern.test(text))?.[1]
  if (found) return found
  return /\b(?:curl|wget|iwr|Invoke-\w+)\b/i.test(text) && DROP.test(text)
    ? 'talks to an address that anybody can have'
    : undefined
}
