// Several routers and one limit: what they promise together, with what they share and without it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Desk, request } from '@waybill/router/desk.test'
import { Holding } from '@waybill/router/holding'
import { prepareRequest } from '@waybill/router/preparing'
import { foldSpend } from '@waybill/routing/budget/spend-table'
import { systemClock } from '@waybill/runtime/clock'
import { memoryReservations } from '@waybill/runtime/memory/reservations'
import type { Spend } from '@waybill/schemas/generated/spend'
import type { Reservations } from '@waybill/runtime/reservations'

function deskWith(hardMicroUsd: number, partition: number): Desk {
  const desk = new Desk(partition)
  const budgets = [{ window: 'hour', softMicroUsd: null, hardMicroUsd }] as const
  desk.policy = { ...desk.policy, everyone: { ...desk.policy.everyone, budgets } }
  return desk
}

/** Each is work of its own. */
const different = (id: string): ReturnType<typeof request> => request({ id, sampleIndex: Number(id) })

/** A router with its own desk, that asks what all hold before it steps. */
async function send(desk: Desk, holding: Holding, id: string): Promise<void> {
  const given = different(id)
  const arrival = { ...desk.arrival('requests'), offset: Number(id) }
  const prepared = { ...prepareRequest(given, 100, 4), home: desk.partition }
  const { grant } = await holding.ask(prepared, arrival)
  desk.requestHere(given, grant)
}

/** What one request holds. */
function holdOf(): number {
  const desk = deskWith(1e9, 0)
  desk.requestHere(different('1'))
  const [spend] = desk.others
  const { reservedNanoUsd }: Spend = JSON.parse(JSON.stringify(spend?.value))
  return reservedNanoUsd
}

const routers = (hardMicroUsd: number, reservations: Reservations): readonly (readonly [Desk, Holding])[] =>
  [0, 1].map((partition) => {
    const desk = deskWith(hardMicroUsd, partition)
    return [
      desk,
      new Holding({
        reservations,
        clock: { ...systemClock, now: () => desk.now },
        policy: () => desk.policy,
        tables: () => desk.tables(),
      }),
    ]
  })

/** Room for three requests and a half. */
const limit = Math.floor((3.5 * holdOf()) / 1_000)

const rejectedOf = (desks: readonly (readonly [Desk, Holding])[]): readonly number[] =>
  desks.map(([desk]) => desk.replies.filter(({ reason }) => reason === 'budget_exceeded').length)

test('two routers share one limit and use all of it, though neither has heard the other yet', async () => {
  const all = routers(limit, memoryReservations(systemClock))
  for (const id of ['1', '2', '3'])
    for (const [desk, holding] of all) await send(desk, holding, id.concat(`${desk.partition}`))
  assert.equal(
    all.reduce((sum, [desk]) => sum + desk.dispatches.length, 0),
    3,
  )
  assert.equal(
    rejectedOf(all).reduce((sum, each) => sum + each, 0),
    3,
  )
  const detail = all.flatMap(([desk]) => desk.replies).at(-1)?.detail ?? ''
  assert.match(detail, /It resets at 1970-01-01T01:00Z\.$/u)
})

const gone: Reservations = {
  reserve: () => Promise.resolve(null),
  release: () => Promise.resolve(),
  close: () => Promise.resolve(),
}

test('without Redis, routers promise less than the limit, and never money that is known to be spent', async () => {
  const few = routers(limit, gone)
  for (const [desk, holding] of few) await send(desk, holding, '1')
  assert.deepEqual(rejectedOf(few), [1, 1], 'a request is more than a quarter of what is left')
  const many = routers(limit * 4, gone)
  for (const [at, [desk, holding]] of many.entries())
    for (const id of ['1', '2', '3', '4', '5']) await send(desk, holding, id.concat(`${at}`))
  assert.deepEqual(
    many.map(([desk]) => desk.dispatches.length),
    [3, 3],
  )
  const [first] = many
  const spent = { tenant: 'acme', window: 'hour', startsAt: 0, partition: 3, settledNanoUsd: limit * 4_000 }
  if (first === undefined) assert.fail()
  first[0].respond({ costPicoUsd: 0 })
  foldSpend(first[0].spend, { ...spent, reservedNanoUsd: 0 })
  await send(first[0], first[1], '99')
  assert.equal(first[0].dispatches.length, 3)
})

test('Redis that has forgotten everything grants no money that the log knows to be spent', async () => {
  const [[desk, holding] = assert.fail()] = routers(limit, memoryReservations(systemClock))
  const spent = { tenant: 'acme', window: 'hour', startsAt: 0, partition: 3, settledNanoUsd: limit * 1_000 - 1 }
  foldSpend(desk.spend, { ...spent, reservedNanoUsd: 0 })
  await send(desk, holding, '1')
  assert.equal(desk.replies[0]?.reason, 'budget_exceeded')
})
