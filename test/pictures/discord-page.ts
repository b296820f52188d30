// A page that shows a components v2 message as Discord's dark theme does: only what Grace's cards are made of.
import type {
  APIButtonComponentWithCustomId,
  APIComponentInContainer,
  APIMessageTopLevelComponent,
} from 'discord.js'

/** Attachments by name, as data: URLs. */
export type Files = ReadonlyMap<string, string>

const html = (text: string): string =>
  text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`).replaceAll('\u200b', '')

const FULL = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** Always told from two days before, so that a picture does not change with the day it is taken on. */
const time = (unix: string, style: string): string =>
  `<span class=time>${style === 'R' ? 'in 2 days' : FULL.format(new Date(Number(unix) * 1000)).replace(' at ', ' ')}</span>`

/** One line of Discord's markdown, escapes first; what Grace does not write is not known here. */
function inline(text: string): string {
  const rule = /\\([^0-9A-Za-z\s])|`([^`]+)`|<t:(\d+):([fR])>|\*\*((?:\\.|[^\\])+?)\*\*|<#(\d+)>/gu
  let out = ''
  let at = 0
  for (const match of text.matchAll(rule)) {
    const [whole, mark, code, unix, style, bold, channel] = match
    out += html(text.slice(at, match.index))
    if (mark) out += html(mark)
    else if (code) out += `<code>${html(code)}</code>`
    else if (unix) out += time(unix, style!)
    else if (bold) out += `<b>${inline(bold)}</b>`
    else if (channel) out += '<span class=channel># thread</span>'
    at = match.index + whole.length
  }
  return out + html(text.slice(at))
}

function line(text: string): string {
  const heading = /^(#{1,3}) (.*)/.exec(text)
  if (heading) return `<h${heading[1]!.length}>${inline(heading[2]!)}</h${heading[1]!.length}>`
  return text.startsWith('-# ') ? `<small>${inline(text.slice(3))}</small>` : `<p>${inline(text)}</p>`
}

function markdown(text: string): string {
  return text
    .split(/(```[a-z]*\n[\s\S]*?\n```)/)
    .map((part) => {
      const code = /^```([a-z]*)\n([\s\S]*)\n```$/.exec(part)
      if (code) return `<pre>${html(code[2]!)}</pre>`
      const lines = part.replace(/^\n|\n$/g, '')
      return lines === '' ? '' : lines.split('\n').map(line).join('')
    })
    .join('')
}

const BUTTONS = { 1: '#5865f2', 2: '#4e5058', 3: '#248046', 4: '#da373c' } as const

const button = ({ label, style }: APIButtonComponentWithCustomId): string =>
  `<button style="background:${BUTTONS[style]}">${html(label ?? '')}</button>`

function component(node: APIMessageTopLevelComponent | APIComponentInContainer, files: Files): string {
  switch (node.type) {
    case 17: {
      const colour = `#${(node.accent_color ?? 0x3f4147).toString(16).padStart(6, '0')}`
      const inside = node.components.map((child) => component(child, files)).join('')
      return `<section style="border-left-color:${colour}">${inside}</section>`
    }
    case 10:
      return `<div>${markdown(node.content)}</div>`
    case 14:
      return `<hr class="${node.spacing === 2 ? 'wide' : ''}">`
    case 12:
      return node.items
        .map(({ media, description }) => {
          const file = files.get(media.url.replace('attachment://', ''))
          return file ? `<img src="${file}" alt="${html(description ?? '')}">` : ''
        })
        .join('')
    case 1:
      return `<nav>${node.components.map((child) => button(child as APIButtonComponentWithCustomId)).join('')}</nav>`
    default:
      throw new Error(`The page does not know components of type ${node.type}.`)
  }
}

const STYLE = `
* { margin: 0; box-sizing: border-box }
body { background: #313338; color: #dbdee1; padding: 16px; font: 16px/1.375 'gg sans', 'Noto Sans', 'Noto Color Emoji', 'DejaVu Sans', sans-serif }
article { display: grid; grid-template-columns: 40px minmax(0, 1fr); gap: 0 16px }
.face { width: 40px; height: 40px; border-radius: 50%; background: #5865f2; color: #fff; font-weight: 600; display: grid; place-items: center }
header b { color: #fff } header i { background: #5865f2; color: #fff; font: 600 10px/15px 'gg sans', 'Noto Sans', 'DejaVu Sans'; padding: 0 4px; border-radius: 4px; margin: 0 6px } header time { color: #949ba4; font-size: 12px }
section { background: #2b2d31; border: 1px solid #3f4147; border-left: 4px solid; border-radius: 8px; padding: 16px; margin-top: 4px; max-width: 600px; display: grid; gap: 8px }
h1, h2, h3, b { color: #f2f3f5; font-weight: 700 } h1 { font-size: 24px } h2 { font-size: 20px } h3 { font-size: 16px }
h1, h2, h3 { line-height: 1.375; margin: 0 0 4px }
small { display: block; font-size: 13px; color: #949ba4 }
pre, code { font-family: 'Noto Sans Mono', 'DejaVu Sans Mono', monospace; background: #1e1f22; border: 1px solid #1a1b1e; border-radius: 4px }
pre { font-size: 14px; line-height: 18px; padding: 7px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; max-width: 90% } code { font-size: 85%; padding: 0 4px }
hr { border: 0; border-top: 1px solid #3f4147; margin: 4px 0 } hr.wide { margin: 12px 0 }
img { max-width: 100%; border-radius: 8px; display: block }
.time, .channel { background: #3c3e44; border-radius: 3px; padding: 0 2px } .channel { color: #c9cdfb; background: #3c4270 }
nav { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 4px } button { border: 0; border-radius: 8px; color: #fff; font: 500 14px/16px 'gg sans', 'Noto Sans', 'DejaVu Sans'; padding: 8px 16px; min-height: 32px }
@media (max-width: 500px) {
  body { padding: 12px } article { gap: 0 12px } section { padding: 12px }
  pre { font-size: 12px; line-height: 16px; max-width: 100% }
}
`

/** `styles` are URLs of style sheets that bring fonts. */
export const pageOf = (
  components: readonly APIMessageTopLevelComponent[],
  files: Files,
  styles: readonly string[],
): string => `<!doctype html><meta charset=utf-8><title>Discord</title>
${styles.map((href) => `<link rel=stylesheet href="${html(href)}">`).join('\n')}
<style>${STYLE}</style>
<article><div class=face>G</div><div><header><b>Grace</b><i>APP</i><time>Today at 09:41</time></header>
${components.map((node) => component(node, files)).join('\n')}</div></article>`
