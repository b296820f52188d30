// Calls the functions of a bench module as often as it is told to. What that costs is measured outside: nothing that is
// said here is a figure.
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`)
const functions = new Map()
let kept

for await (const line of createInterface({ input: process.stdin })) {
  const { load, call, times } = JSON.parse(line)
  if (load !== undefined) {
    try {
      const exported = Object.entries(await import(pathToFileURL(resolve(load))))
      for (const [name, value] of exported) if (typeof value === 'function') functions.set(name, value)
      say({ functions: [...functions.keys()] })
    } catch (error) {
      say({ failed: String(error?.message ?? error).slice(0, 300) })
    }
    continue
  }
  try {
    const run = functions.get(call)
    for (let i = 0; i < times; i++) {
      kept = run()
      if (kept instanceof Promise) kept = await kept
    }
    say({ done: times })
  } catch (error) {
    say({ failed: String(error?.message ?? error).slice(0, 300) })
  }
}
process.exit(0)
