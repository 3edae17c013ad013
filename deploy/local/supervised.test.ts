import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { identify, isRunning } from './process-identity.ts'
import { endStale, startSupervised } from './supervised.ts'
import type { Program } from './supervised.ts'
import { temporaryFolder } from './temporary-folder.ts'

function program(folder: string, script: string): Program {
  return {
    name: 'The program',
    command: process.execPath,
    parameters: () => ['-e', script],
    logFile: join(folder, 'program.log'),
    pidFile: join(folder, 'program.json'),
    isReady: (output) => Promise.resolve(output.includes('ready')),
  }
}

const patient =
  "process.on('SIGTERM', () => { console.log('bye'); process.exit() }); console.log('ready'); setInterval(() => {}, 1e6)"

test('a program is stopped in good order, killed, and started again', async (context) => {
  const folder = temporaryFolder(context)
  const running = await startSupervised(program(folder, patient))
  context.after(() => running.kill9())
  const first = identify(running.pid)
  assert.ok(first !== undefined)
  await running.kill9()
  assert.equal(isRunning(first), false)
  assert.equal(await running.stop(), 'wasOver')
  await running.start()
  assert.notEqual(running.pid, first.pid)
  assert.equal(await running.stop(), 'stopped')
  assert.equal(readFileSync(join(folder, 'program.log'), 'utf8'), 'ready\nready\nbye\n')
  assert.equal(existsSync(join(folder, 'program.json')), false)
})

test('a program that dies at its start is told with its own words', async (context) => {
  const folder = temporaryFolder(context)
  await assert.rejects(startSupervised(program(folder, "console.log('ERROR port taken'); process.exit(3)")), {
    code: 'programDied',
    message: /^The program ended while it started \(ERROR port taken\); see .*program\.log\.$/,
  })
  await assert.rejects(startSupervised({ ...program(folder, ''), command: join(folder, 'absent') }), {
    code: 'programDied',
    message: /absent could not be started/,
  })
  assert.equal(existsSync(join(folder, 'program.json')), false)
})

test('a program ends when its parent is killed', async (context) => {
  const folder = temporaryFolder(context)
  const script = `
    import { startSupervised } from '${new URL('./supervised.ts', import.meta.url).href}'
    const running = await startSupervised({ ...${JSON.stringify({ ...program(folder, patient) })},
      parameters: () => ['-e', ${JSON.stringify(patient)}], isReady: async (output) => output.includes('ready') })
    console.log(String(running.pid))`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  context.after(() => parent.kill('SIGKILL'))
  const [line] = await once(createInterface({ input: parent.stdout }), 'line')
  const child = identify(Number(line))
  assert.ok(child !== undefined)
  parent.kill('SIGKILL')
  while (isRunning(child)) await delay(10)
  assert.match(readFileSync(join(folder, 'program.log'), 'utf8'), /bye/)
})

test('a stale process is ended and a recycled pid is spared', async (context) => {
  const pidFile = join(temporaryFolder(context), 'program.json')
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' })
  context.after(() => child.kill('SIGKILL'))
  const exit = once(child, 'exit')
  const identity = identify(child.pid ?? 0)
  assert.ok(identity !== undefined)
  writeFileSync(pidFile, JSON.stringify({ pid: identity.pid, started: 'long ago' }))
  assert.equal(await endStale(pidFile), false)
  assert.equal(isRunning(identity), true)
  writeFileSync(pidFile, JSON.stringify(identity))
  assert.equal(await endStale(pidFile), true)
  assert.deepEqual(await exit, [null, 'SIGTERM'])
  assert.equal(existsSync(pidFile), false)
})

test('a stale process that does not heed is killed', async (context) => {
  const pidFile = join(temporaryFolder(context), 'program.json')
  const deaf = "process.on('SIGTERM', () => {}); console.log('ready'); setInterval(() => {}, 1e6)"
  const child = spawn(process.execPath, ['-e', deaf], { stdio: ['ignore', 'pipe', 'ignore'] })
  context.after(() => child.kill('SIGKILL'))
  const exit = once(child, 'exit')
  await once(child.stdout, 'data')
  writeFileSync(pidFile, JSON.stringify(identify(child.pid ?? 0)))
  assert.equal(await endStale(pidFile, 50), true)
  assert.deepEqual(await exit, [null, 'SIGKILL'])
})
