import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { citySchema, requestWith } from '@waybill/providers/conformance/given'
import { bodyOf } from '@waybill/providers/conformance/spoken'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import { costRecord } from '@waybill/schemas/generated/cost'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import { dispatchRecord } from '@waybill/schemas/generated/dispatch'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import { requestRecord } from '@waybill/schemas/generated/request'
import { responseRecord } from '@waybill/schemas/generated/response'
import { resultRecord } from '@waybill/schemas/generated/result'
import type { RecordSchema } from '@waybill/schemas/record-schema'
import { costs, dispatches, responses, results, topics } from '@waybill/schemas/topics'
import { systemClock } from '@waybill/runtime/clock'
import { everything, until } from '@waybill/runtime/conformance/observe'
import type { Log } from '@waybill/runtime/log'
import { memoryUnderTest } from '@waybill/runtime/memory/under-test'
import type { Codec } from '@waybill/runtime/registry/codec'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import { runService, taskDefaults } from '@waybill/runtime/task/service'
import { schemasOf } from '@waybill/runtime/task/stage'
import { catalogue, first, outcomes, resultOf } from '@waybill/normaliser/given'
import { normaliserStage, validationThread } from '@waybill/normaliser/service'
import { validating } from '@waybill/normaliser/validating'

const thread = validationThread()
after(() => thread.close())

/** A result as a worker writes it. */
function written(codec: Codec, claim: string, outcome: Partial<Outcome>): { key: string; value: Buffer } {
  const request = codec.encode(requestRecord, requestWith({ outputSchema: JSON.stringify(citySchema) }))
  const order: Partial<Dispatch> = { claim, request, deadline: Date.now() + 60_000 }
  return { key: 'abc', value: codec.encode(resultRecord, resultOf({ dispatch: order, outcome })) }
}

const bodyWith = (text: string): Buffer =>
  Buffer.from(JSON.stringify(bodyOf('chatCompletions', { text: [text], model: first.model })))

async function valuesIn<Value>(
  log: Log,
  codec: Codec,
  topic: { readonly name: string },
  schema: RecordSchema<Value>,
): Promise<readonly Value[]> {
  const decoded = (await everything(log, topic.name)).map(({ value }) => codec.decode(schema, value))
  return decoded.flatMap((each) => (each.kind === 'value' ? [each.value] : []))
}

/** Runs the normaliser until it has taken so many results. */
async function settleAll(log: Log, codec: Codec, count: number): Promise<void> {
  const stage = normaliserStage({
    codec,
    clock: systemClock,
    settings: protocolDefaults,
    validate: validating((check) => thread.ask(check), systemClock),
    catalogue: () => catalogue,
    onEvent: () => undefined,
  })
  let committed = 0
  const service = await runService(() => stage, {
    log,
    codec,
    clock: systemClock,
    processId: 'me',
    settings: { ...taskDefaults, partitions: 1 },
    onEvent: (event) => void (committed += event.code === 'committed' ? (event.count ?? 0) : 0),
  })
  await until(() => committed === count)
  await service.stop()
}

test('on a log: every result is settled once, with its cost, in order; and so is what nobody can read', async () => {
  const cluster = await memoryUnderTest()
  const codec = await openCodec(memoryRegistry(), schemasOf(topics(), ''))
  for (const { name, maxMessageBytes } of topics()) await cluster.createTopic(name, { partitions: 1, maxMessageBytes })
  const log = await cluster.client()
  const headers = { claim: Buffer.from('c/4'), hash: Buffer.from('abc'), attempt: Buffer.from('1') }
  const records = [
    written(codec, 'c/1', { body: bodyWith('{"city":"Paris"}') }),
    written(codec, 'c/2', { body: bodyWith('{"town":"Paris"}') }),
    written(codec, 'c/3', outcomes.limits.outcome),
    { key: 'abc', value: Buffer.from('no result'), headers },
  ]
  await log.append({ topic: results.name, partition: 0, records })
  await settleAll(log, codec, records.length)
  const told = (await valuesIn(log, codec, responses, responseRecord)).map(({ claim, kind, k }) => [claim, kind, k])
  assert.deepEqual(told, [
    ['c/1', 'ok', 0],
    ['c/3', 'limits', 0],
    ['c/4', 'failed', 1],
  ])
  const booked = (await valuesIn(log, codec, costs, costRecord)).map(({ claim, kind }) => [claim, kind])
  assert.deepEqual(booked, [
    ['c/1', 'paid'],
    ['c/2', 'paid'],
    ['c/4', 'unknown'],
  ])
  const ordered = await valuesIn(log, codec, dispatches('anthropic'), dispatchRecord)
  assert.deepEqual(
    ordered.map(({ claim, attempt, k, flagged }) => [claim, attempt, k, flagged]),
    [['c/2', 2, 1, true]],
  )
  assert.equal((await everything(log, 'dead-letters')).length, 1)
  await cluster.close()
})
