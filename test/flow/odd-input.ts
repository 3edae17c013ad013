// What people and clocks do to a log: records sent again, copied back, or dated in another century.
import assert from 'node:assert/strict'
import type { RequestInput } from '@waybill/client/complete'
import type { Evidence } from '@waybill/cli/demo/account'
import { gather } from '@waybill/cli/demo/evidence'
import type { Arena } from '@waybill/cli/platform/arena'
import type { Log, LogRecord } from '@waybill/runtime/log'
import { dispatches, providers, responses, results } from '@waybill/schemas/topics'

const latencyBudgetMs = 2_000

const asking = (tenant: string, id: string, text: string, rest: Partial<RequestInput> = {}): RequestInput => ({
  tenant,
  id,
  latencyBudgetMs,
  messages: [{ role: 'user', text }],
  ...rest,
})

async function evidenceOf(arena: Arena): Promise<Evidence> {
  const { settings, simulatorUrl = '' } = arena
  return gather({ ...(await arena.reader()), partitions: settings.partitions, simulatorUrl })
}

const callsFor = async (arena: Arena, hashes: readonly (string | null)[]): Promise<number> =>
  (await evidenceOf(arena)).ledger.filter(({ hash }) => hashes.includes(hash)).length

/** Long enough for whatever a record may set off. */
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400))
const partitionsOf = (arena: Arena): readonly number[] =>
  Array.from({ length: arena.settings.partitions }, (_, index) => index)

async function appendAgain(log: Log, topic: string, partition: number): Promise<void> {
  const { start, end } = await log.range(topic, partition)
  const found: LogRecord[] = []
  await log.read(topic, partition, { from: start, to: end }, (records) => void found.push(...records))
  for (const { key, value, headers } of found)
    await log.append({ topic, partition, records: [{ key: key?.toString() ?? null, value, headers }] })
}

/** What a person may do, and what must come of it: on any log. */
export const oddInput: readonly (readonly [promise: string, kept: (arena: Arena) => Promise<void>])[] = [
  [
    'one id with two contents has two answers, each to its own',
    async (arena) => {
      const one = await arena.client.request(asking('odd', 'same-id', 'The first body.'))
      const other = await arena.client.request(asking('odd', 'same-id', 'The second body.'))
      assert.deepEqual([one.status, other.status], ['completed', 'completed'])
      assert.notEqual(one.hash, other.hash)
      assert.equal(await callsFor(arena, [one.hash, other.hash]), 2)
    },
  ],
  [
    'a producer that sends everything again is answered once, and nothing is called again',
    async (arena) => {
      const request = asking('odd', 'again', 'Sent twice.')
      const reply = await arena.client.request(request)
      await arena.client.send(request)
      await arena.client.send(request)
      await rest()
      const { replies } = await evidenceOf(arena)
      assert.equal(replies.filter(({ value }) => value.id === 'again').length, 1)
      assert.equal(await callsFor(arena, [reply.hash]), 1)
    },
  ],
  [
    'two tenants never share an answer, though they ask the same',
    async (arena) => {
      const one = await arena.client.request(asking('tenant-a', '1', 'The same words.'))
      const other = await arena.client.request(asking('tenant-b', '1', 'The same words.'))
      assert.notEqual(one.hash, other.hash)
      assert.deepEqual([one.duplicate, other.duplicate], ['none', 'none'])
      assert.equal(await callsFor(arena, [one.hash, other.hash]), 2)
    },
  ],
  [
    'a request dated 1970 or 2100 is served like any other: only when it was appended counts',
    async (arena) => {
      for (const [id, createdAt] of [
        ['past', 0],
        ['future', Date.UTC(2100, 0)],
      ] as const) {
        const reply = await arena.client.request(asking('odd', id, `Dated ${id}.`, { createdAt }))
        assert.equal(reply.status, 'completed', id)
      }
    },
  ],
  [
    'internal topics that a person replays after their deadlines set nothing off: no call, no reply, no new cost',
    async (arena) => {
      const { log } = await arena.reader()
      // Until then a dispatch is an order, whoever appends it.
      await new Promise((resolve) => setTimeout(resolve, latencyBudgetMs))
      const before = await evidenceOf(arena)
      const replayed = [...providers.map((provider) => dispatches(provider)), results, responses]
      for (const { name } of replayed)
        for (const partition of partitionsOf(arena)) await appendAgain(log, name, partition)
      await rest()
      const { ledger, replies, costs } = await evidenceOf(arena)
      assert.equal(ledger.length, before.ledger.length, 'nobody was called')
      assert.equal(replies.length, before.replies.length, 'nobody was answered again')
      const attempts = new Set(costs.map(({ value: { claim, attempt } }) => `${claim}.${attempt}`))
      assert.equal(attempts.size, before.costs.length, 'a cost that is told again is that of the same call')
      assert.equal((await arena.client.request(asking('odd', 'after', 'And on.'))).status, 'completed')
    },
  ],
]
