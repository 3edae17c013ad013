import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startStack } from '@waybill/deploy/stack'
import { answerCacheConformance } from '@waybill/runtime/conformance/answer-cache'
import { reservationsConformance } from '@waybill/runtime/conformance/reservations'
import { redisAnswerCache } from '@waybill/runtime/redis/answer-cache'
import { redisReservations } from '@waybill/runtime/redis/reservations'
import type { Reservations } from '@waybill/runtime/reservations'

const folder = mkdtempSync(join(tmpdir(), 'waybill-redis-'))
const stack = await startStack({
  folder,
  cache: join(import.meta.dirname, '../../.waybill/cache'),
  addresses: {},
  need: ['redis'],
  profile: 'test',
  ports: { redis: 0 },
  progress: () => undefined,
})
const { redisUrl } = stack
const skip = redisUrl === undefined ? 'There is no Redis server here: the cache is tested in memory only.' : false
after(async () => {
  await stack.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** A connection that is up: until then a cache says that it has nothing. */
async function ready(): Promise<ReturnType<typeof redisAnswerCache>> {
  const cache = redisAnswerCache({ url: redisUrl ?? '', prefix: 'test:', timeoutMs: 2_000 })
  for (let attempt = 0; attempt < 200; attempt++) {
    await cache.set('probe', Buffer.from('x'), 60_000)
    if ((await cache.get('probe')) !== null) return cache
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('Redis does not answer.')
}

answerCacheConformance('redis', ready, skip)

/** As above: until the connection is up, nobody answers. */
async function readyReservations(): Promise<Reservations> {
  const held = redisReservations({ url: redisUrl ?? '', prefix: 'test:', timeoutMs: 2_000 })
  const probe = { account: 'probe', holder: 'probe', amount: 1, limit: 1, used: 0, lifeMs: 1 }
  for (let attempt = 0; attempt < 200; attempt++) {
    if ((await held.reserve(probe)) !== null) return held
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('Redis does not answer.')
}

reservationsConformance('redis', readyReservations, skip)

test('redis: without a server nobody says whether there is room, and nobody waits', { skip }, async () => {
  const held = redisReservations({ url: 'redis://127.0.0.1:1', prefix: 'test:' })
  const from = Date.now()
  const wanted = { account: 'a', holder: 'h', amount: 1, limit: 2, used: 0, lifeMs: 1_000 }
  assert.equal(await held.reserve(wanted), null)
  await held.release('a', 'h')
  assert.ok(Date.now() - from < 1_000)
  await held.close()
})

test('redis: without a server there is nothing, and nobody waits', { skip }, async () => {
  const codes: string[] = []
  const cache = redisAnswerCache({
    url: 'redis://127.0.0.1:1',
    prefix: 'test:',
    onError: (code) => void codes.push(code),
  })
  const from = Date.now()
  await cache.set('a', Buffer.from('x'), 1_000)
  assert.equal(await cache.get('a'), null)
  assert.ok(Date.now() - from < 1_000)
  await cache.close()
})

/** Nobody is answered for so long. */
async function pauseRedis(ms: number): Promise<void> {
  const { hostname, port } = new URL(redisUrl ?? '')
  const socket = connect(Number(port), hostname)
  socket.write(`CLIENT PAUSE ${ms} ALL\r\n`)
  await once(socket, 'data')
  socket.destroy()
}

test('redis: one that hangs keeps somebody waiting for a moment, and then nobody', { skip }, async () => {
  const cache = redisAnswerCache({ url: redisUrl ?? '', prefix: 'hang:', timeoutMs: 100 })
  await cache.set('a', Buffer.from('x'), 60_000)
  for (let attempt = 0; (await cache.get('a')) === null && attempt < 200; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    await cache.set('a', Buffer.from('x'), 60_000)
  }
  await pauseRedis(3_000)
  const from = performance.now()
  for (let time = 0; time < 50; time++) assert.equal(await cache.get('a'), null)
  assert.ok(performance.now() - from < 900, 'one wait of 100 ms, not fifty')
  await cache.close()
})
