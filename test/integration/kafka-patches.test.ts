// What is wrong with kafkajs as it comes, and what each patch makes of it.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { RequestQueue } from '@waybill/runtime/kafka/internals'
import type { CoordinatorSeeker } from '@waybill/runtime/kafka/internals'
import { checkTimeoutsSeldom, seekCoordinatorAgain, stopIdleTimers } from '@waybill/runtime/kafka/patches'

// As the runtime resolves it: these tests have no kafkajs of their own.
const require = createRequire(import.meta.resolve('@waybill/runtime/kafka/patches'))

type QueueClass = new (options: {
  readonly maxInFlightRequests: null
  readonly requestTimeout: number
  readonly enforceRequestTimeout: true
  readonly clientId: string
  readonly broker: string
  readonly logger: { readonly debug: () => void }
  readonly isConnected: () => boolean
}) => RequestQueue & {
  checkPendingRequests: () => void
  maybeThrottle(ms: number): void
}

/** Reads a module of kafkajs anew: another copy than the one that is patched in this process. */
function anew<Module>(module: string, read: (path: string) => Module): Module {
  const path = require.resolve(module)
  const cached = require.cache[path]
  delete require.cache[path]
  const fresh = read(path)
  if (cached !== undefined) require.cache[path] = cached
  return fresh
}

/** The class as kafkajs has it. */
const stock = (): QueueClass =>
  anew('kafkajs/src/network/requestQueue', (path) => {
    const queue: QueueClass = require(path)
    return queue
  })

/** A queue of an idle connection, and how often it was woken. */
function idle(Queue: QueueClass): { readonly queue: InstanceType<QueueClass>; readonly looked: () => number } {
  let looked = 0
  const queue = new Queue({
    maxInFlightRequests: null,
    requestTimeout: 10_000,
    enforceRequestTimeout: true,
    clientId: 'test',
    broker: 'test',
    logger: { debug: () => undefined },
    isConnected: () => {
      looked++
      return true
    },
  })
  const check = queue.checkPendingRequests.bind(queue)
  queue.checkPendingRequests = () => {
    looked++
    check()
  }
  return { queue, looked: () => looked }
}

function pass(context: TestContext, ms: number): void {
  for (let elapsed = 0; elapsed < ms; elapsed++) context.mock.timers.tick(1)
}

test('without the patch an idle connection wakes up all the time to look for throttled requests', async () => {
  const Patched = stock()
  stopIdleTimers(Patched.prototype)
  const [asItComes, patched] = [idle(stock()), idle(Patched)]
  for (const { queue } of [asItComes, patched]) queue.scheduleCheckPendingRequests()
  // In real time: a simulated clock would run timers of less than no time for ever.
  for (let waited = 0; asItComes.looked() < 20 && waited < 10_000; waited += 100) await delay(100)
  for (const { queue } of [asItComes, patched]) queue.destroy()
  assert.ok(asItComes.looked() >= 20, `${asItComes.looked()} times`)
  assert.equal(patched.looked(), 0)
})

test('with the patch a throttled request is still sent when its time has come', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const Patched = stock()
  stopIdleTimers(Patched.prototype)
  const { queue } = idle(Patched)
  let sent = false
  queue.maybeThrottle(500)
  queue.push({
    entry: {
      apiKey: 0,
      apiName: 'test',
      apiVersion: 0,
      correlationId: 1,
      resolve: () => undefined,
      reject: () => undefined,
    },
    expectResponse: true,
    requestTimeout: null,
    sendRequest: () => {
      sent = true
    },
  })
  pass(context, 400)
  assert.equal(sent, false)
  pass(context, 200)
  assert.equal(sent, true)
})

test('without the patch a connection looks for overdue requests ten times a second', (context) => {
  context.mock.timers.enable({ apis: ['setInterval', 'Date'] })
  const asItComes = idle(stock())
  asItComes.queue.scheduleRequestTimeoutCheck()
  pass(context, 10_000)
  assert.equal(asItComes.looked(), 100)

  const Patched = stock()
  checkTimeoutsSeldom(Patched.prototype)
  const patched = idle(Patched)
  patched.queue.scheduleRequestTimeoutCheck()
  pass(context, 10_000)
  assert.equal(patched.looked(), 10)
})

test('with the patch an overdue request still fails', async (context) => {
  context.mock.timers.enable({ apis: ['setInterval', 'Date'] })
  const Patched = stock()
  // As in the product: without this one the queue would keep the process awake for ever.
  stopIdleTimers(Patched.prototype)
  checkTimeoutsSeldom(Patched.prototype)
  const { queue } = idle(Patched)
  const failed = new Promise((resolve) => {
    queue.push({
      entry: { apiKey: 0, apiName: 'test', apiVersion: 0, correlationId: 1, resolve: () => undefined, reject: resolve },
      expectResponse: true,
      requestTimeout: null,
      sendRequest: () => undefined,
    })
  })
  queue.scheduleRequestTimeoutCheck()
  pass(context, 12_000)
  assert.match(String(await failed), /timed out/u)
})

/** What a cluster says whose brokers all fail to name a coordinator. */
async function withoutCoordinator(patch: (seeker: CoordinatorSeeker) => void): Promise<unknown> {
  const Stock = anew('kafkajs/src/cluster', (path) => {
    const cluster: new () => CoordinatorSeeker = require(path)
    return cluster
  })
  const seeker: CoordinatorSeeker = Object.create(Stock.prototype)
  Object.assign(seeker, { brokerPool: { withBroker: () => Promise.resolve(null) } })
  patch(seeker)
  return seeker.findGroupCoordinatorMetadata({ groupId: 'g', coordinatorType: 0 }).then(
    () => 'found',
    (error: unknown) => (error instanceof Error && 'retriable' in error ? error.retriable : error),
  )
}

test('without the patch a consumer that finds no coordinator ends for good', async () => {
  assert.equal(await withoutCoordinator(() => undefined), false)
  assert.equal(await withoutCoordinator(seekCoordinatorAgain), true)
})
