// Inside, where there is a way out: a port on loopback that leads to its socket, the variables that say so, and the command.
import { spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'

const [socket, names, path, ...command] = process.argv.slice(2)
const server = createServer((client) => {
  const out = connect(socket)
  for (const [from, to] of [
    [client, out],
    [out, client],
  ]) {
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
    from.pipe(to)
  }
})
server.listen(0, '127.0.0.1', () => {
  const address = `http://127.0.0.1:${server.address().port}${path}`
  const child = spawn(command[0], command.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, ...Object.fromEntries(names.split(',').map((name) => [name, address])) },
  })
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exit(127)
  })
  child.on('close', (code) => process.exit(code ?? 1))
})
