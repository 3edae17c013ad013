// Runs one program for as long as the process that started this one lives. A program cannot be tied to its parent in
// a portable way, but a pipe ends when its writer dies, even by kill -9: that is what standard input is for here.
//   node supervisor.js LOG_FILE COMMAND [PARAMETER…]
// Each line on standard input is a signal to pass on. Standard output says `pid N`, or `failed REASON` if there is none.
// With '' for LOG_FILE the program writes to standard error, and there is no line with the pid.
import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { createInterface } from 'node:readline'

const graceMs = 2_000
const [logFile = '', command = '', ...parameters] = process.argv.slice(2)
const log = logFile === '' ? 2 : openSync(logFile, 'a')
const child = spawn(command, parameters, { detached: true, stdio: ['ignore', log, log] })

/** @param {NodeJS.Signals} signal */
const pass = (signal) => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group has gone already.
  }
}
const end = () => {
  pass('SIGTERM')
  setTimeout(() => pass('SIGKILL'), graceMs)
}

child.once('spawn', () => {
  if (logFile !== '') process.stdout.write(`pid ${child.pid}\n`)
})
child.once('error', (error) => {
  process.stdout.write(`failed ${error.message}\n`, () => process.exit(127))
})
child.once('exit', (code) => process.exit(code ?? 1))
// The parent may have gone, and with it the reader of what is written here.
process.stdout.on('error', () => undefined)
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, end)

const orders = createInterface({ input: process.stdin })
orders.on('line', (order) => pass(order === 'SIGKILL' ? 'SIGKILL' : 'SIGTERM'))
orders.on('close', end)
