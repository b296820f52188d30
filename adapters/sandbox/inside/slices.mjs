// Calls the functions of a bench module as often as it is told to. What that costs is measured outside: nothing that is
// said here is a figure.
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

// Taken before anything of the target is loaded, which could put its own in their place.
const { parse, stringify } = JSON
const { entries, keys } = Object
const compile = Function
const write = process.stdout.write.bind(process.stdout)

const say = (answer) => write(`${stringify(answer)}\n`)
const functions = { __proto__: null }
// Where the last result can be seen, so that no call is left out as useless.
globalThis.kept = undefined

// A loop of its own for each function, and never this module's: V8 compiles the body of a module or of an async function
// by its middle tier only, and what is drawn into it runs there too, several times slower from some thousand calls on.
const loop = () =>
  new compile(
    'run',
    'times',
    'for (let i = 1; i <= times; i++) { const now = run(); globalThis.kept = now; if (now instanceof Promise) return times - i } return -1',
  )
async function rest(run, times) {
  await globalThis.kept
  for (let i = 0; i < times; i++) globalThis.kept = await run()
}

for await (const line of createInterface({ input: process.stdin })) {
  const { load, call, times } = parse(line)
  if (load !== undefined) {
    try {
      const exported = entries(await import(pathToFileURL(resolve(load))))
      // By number: an array's iterator could be the target's by now.
      for (let i = 0; i < exported.length; i++) {
        const run = exported[i][1]
        if (typeof run === 'function') functions[exported[i][0]] = { run, repeat: loop() }
      }
      say({ functions: keys(functions) })
    } catch (error) {
      say({ failed: String(error?.message ?? error).slice(0, 300) })
    }
    continue
  }
  try {
    const { run, repeat } = functions[call]
    const left = repeat(run, times)
    if (left >= 0) await rest(run, left)
    say({ done: times })
  } catch (error) {
    say({ failed: String(error?.message ?? error).slice(0, 300) })
  }
}
process.exit(0)
