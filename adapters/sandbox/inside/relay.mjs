// Inside, while dependencies are installed: a port on loopback that leads to the egress socket, and the command beside it.
import { spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'

const [socket, ...command] = process.argv.slice(2)
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
  const proxy = `http://127.0.0.1:${server.address().port}`
  const child = spawn(command[0], command.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, https_proxy: proxy, HTTPS_PROXY: proxy },
  })
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exit(127)
  })
  child.on('close', (code) => process.exit(code ?? 1))
})
