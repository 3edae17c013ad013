import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findJava } from '@waybill/deploy/java'
import { choosePort } from '@waybill/deploy/ports'
import { identify, isRunning } from '@waybill/deploy/process-identity'
import type { ProcessIdentity } from '@waybill/deploy/process-identity'
import { runCommand } from '@waybill/deploy/run-command'
import { startStack } from '@waybill/deploy/stack'
import type { Stack, StackOptions } from '@waybill/deploy/stack'

const cache = fileURLToPath(new URL('../../.waybill/cache', import.meta.url))
const javaProblem = await findJava(undefined).then(
  () => undefined,
  (error: unknown) => `SKIPPED, no local stack: ${error instanceof Error ? error.message : String(error)}`,
)
if (javaProblem !== undefined) console.error(javaProblem)

const options = (folder: string, kafkaPort: number): Omit<StackOptions, 'progress'> => ({
  folder,
  cache,
  addresses: {},
  need: ['kafka', 'registry', 'redis'],
  profile: 'test',
  ports: { kafka: kafkaPort, registry: 0, redis: 0 },
})

describe('the local stack', { skip: javaProblem ?? false }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-stack-'))
  const occupant = createServer()
  let takenPort = 0
  let stack: Stack

  before(async () => {
    takenPort = await choosePort(0)
    occupant.listen(takenPort, '127.0.0.1')
    await once(occupant, 'listening')
    stack = await startStack({ ...options(folder, takenPort), progress: (line) => console.error(line) })
  })
  after(async () => {
    occupant.close()
    await stack.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('goes to another port where the usual one is taken, and says so', () => {
    assert.notEqual(portOf(stack.kafkaBrokers[0]), takenPort)
    const notice = `port ${takenPort} is taken, so that kafka uses ${portOf(stack.kafkaBrokers[0])}`
    assert.ok(stack.notices.includes(notice), stack.notices.join('\n'))
  })
  test('has a broker that is back within 5 s of a kill -9', () => restartBroker(stack))
  test('keeps the ids of schemas through a kill -9 right after the registration', () => restartRegistry(stack))
  test('answers as Redis', async (context) => {
    if (stack.redisUrl === undefined) context.skip(stack.notices.join('\n'))
    else assert.equal(await tell(portOf(stack.redisUrl), 'PING'), '+PONG\r\n')
  })
})

describe('the local stack of a killed run', { skip: javaProblem ?? false }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-stack-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  test('leaves nothing running when it is killed while it starts', async () => {
    const parent = startElsewhere(folder)
    while (!existsSync(join(folder, 'pids', 'kafka.json'))) await delay(5)
    parent.kill('SIGKILL')
    assert.deepEqual(await leftRunning(folder), [])
  })

  test('leaves nothing running when it is killed later', async () => {
    const parent = startElsewhere(folder)
    const [line] = await once(createInterface({ input: parent.stdout }), 'line')
    assert.ok(identities(JSON.parse(String(line))).length >= 2)
    parent.kill('SIGKILL')
    assert.deepEqual(await leftRunning(folder), [])
  })

  test('starts again with the same data and ends in good order', async () => {
    const stack = await startStack({ ...options(folder, 0), need: ['kafka', 'registry'], progress: () => undefined })
    const children = identities([stack.broker?.pid, stack.registry?.pid])
    await stack.stop()
    assert.equal(children.length, 2)
    assert.deepEqual(children.filter(isRunning), [])
  })
})

test('a Redis with a user lets nobody else in', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-stack-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  const user = { username: 'waybill', password: 'correct horse' }
  const stack = await startStack({
    ...options(folder, 0),
    need: ['redis'],
    redisUser: user,
    progress: (line) => console.error(line),
  })
  context.after(() => stack.stop())
  if (stack.redisUrl === undefined) {
    context.skip(stack.notices.join('\n'))
    return
  }
  const { port, username, password } = new URL(stack.redisUrl)
  assert.match(await tell(Number(port), 'PING'), /^-NOAUTH/)
  assert.match(await tell(Number(port), `AUTH ${username} wrong`), /^-WRONGPASS/)
  assert.equal(await tell(Number(port), `AUTH ${username} "${decodeURIComponent(password)}"`), '+OK\r\n')
})

/** A process that starts the stack, prints the pids of its parts and stays. */
function startElsewhere(folder: string): ChildProcessByStdio<null, Readable, null> {
  const script = `
    import { startStack } from '@waybill/deploy/stack'
    const stack = await startStack({ ...${JSON.stringify(options(folder, 0))}, progress: () => undefined })
    console.log(JSON.stringify([stack.broker?.pid, stack.registry?.pid, stack.redis?.pid]))`
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** The processes that name the folder, once there are none or after some seconds. */
async function leftRunning(folder: string): Promise<readonly string[]> {
  const deadline = performance.now() + 10_000
  for (;;) {
    const { output } = await runCommand('ps', ['-A', '-ww', '-o', 'args='])
    const left = output.split('\n').filter((line) => line.includes(folder))
    if (left.length === 0 || performance.now() > deadline) return left
    await delay(50)
  }
}

async function restartBroker({ broker }: Stack): Promise<void> {
  assert.ok(broker !== undefined)
  const first = broker.pid
  await broker.kill9()
  const started = performance.now()
  await broker.start()
  assert.ok(performance.now() - started < 5_000, `${performance.now() - started} ms`)
  assert.notEqual(broker.pid, first)
}

async function restartRegistry({ registry, schemaRegistryUrl }: Stack): Promise<void> {
  assert.ok(registry !== undefined)
  const id = await register(schemaRegistryUrl, 'first', '"string"')
  await registry.kill9()
  await registry.start()
  const answer = await fetch(`${schemaRegistryUrl}/schemas/ids/${id}`)
  assert.match(await answer.text(), /"schema":"\\"string\\""/)
  assert.equal(await register(schemaRegistryUrl, 'first', '"string"'), id)
  assert.notEqual(await register(schemaRegistryUrl, 'second', '"long"'), id)
}

async function tell(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${command}\r\n`)
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return String(answer)
}

function portOf(address = ''): number {
  return Number(address.slice(address.lastIndexOf(':') + 1))
}

function identities(pids: unknown): readonly ProcessIdentity[] {
  assert.ok(Array.isArray(pids))
  return pids.map((pid) => identify(Number(pid))).filter((identity) => identity !== undefined)
}

async function register(url: string, subject: string, schema: string): Promise<number> {
  const answer = await fetch(`${url}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema }),
  })
  const text = await answer.text()
  const id = /"id":(\d+)/.exec(text)?.[1]
  assert.ok(answer.status === 200 && id !== undefined, text)
  return Number(id)
}
