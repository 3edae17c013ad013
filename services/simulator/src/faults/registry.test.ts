import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { isArray } from '../json.ts'
import { at, bodyOf, called, controlling, heard, jsonIn, pathOf, rowsOf, serving } from '../given.ts'
import type { ApiName } from '../apis/vendor.ts'
import { checks } from './expected.ts'
import { commanded, faults } from './registry.ts'

test('every fault does what it says, with every API that has it', async (context) => {
  const simulator = await serving(context)
  const known = new Set(faults.map((fault) => fault.name))
  deepEqual([...known], [...new Set([...known, ...checks.keys()])], 'every expectation has its fault')
  for (const fault of faults) {
    const check = checks.get(fault.name)
    ok(check !== undefined, `nothing is expected of ${fault.name}`)
    const command = `${fault.name}${check.with ?? ''}`
    const hear = async (api: ApiName): Promise<void> => {
      const answer = await called(simulator, api, check.wish ?? {}, command, check.patienceMs)
      const where = `${fault.name} of ${api}: ${answer.status} ${answer.failure} ${answer.body.toString('utf8').slice(0, 300)}`
      ok(await check.holds(answer, api), where)
    }
    await Promise.all(fault.apis.map(hear))
  }
})

test('each call is billed as its fault says, and errors never', async (context) => {
  const simulator = await serving(context)
  for (const fault of faults) {
    const check = checks.get(fault.name)
    await called(
      simulator,
      fault.apis[0] ?? 'openai-chat',
      check?.wish ?? {},
      `${fault.name}${check?.with ?? ''}`,
      check?.patienceMs,
    )
  }
  const rows = await rowsOf(simulator)
  equal(rows.length, faults.length)
  for (const [index, fault] of faults.entries()) {
    const row = rows[index]
    equal(at(row, 'fault'), fault.name)
    equal(at(row, 'billed'), fault.billed, fault.name)
    equal(Number(at(row, 'costPicoUsd')) > 0, fault.billed, fault.name)
    if (fault.effect.on === 'failure') equal(fault.billed, false)
  }
})

test('who pays for a gateway or a reset can be said', async (context) => {
  const simulator = await serving(context)
  await called(simulator, 'openai-chat', {}, 'gateway-502')
  await called(simulator, 'openai-chat', {}, 'gateway-502;billed=false')
  await called(simulator, 'openai-chat', {}, 'reset;billed=false')
  deepEqual(
    (await rowsOf(simulator)).map((row) => [row['status'], row['billed']]),
    [
      [502, true],
      [502, false],
      [null, false],
    ],
  )
})

test('several faults strike one call', async (context) => {
  const simulator = await serving(context)
  const answer = await called(simulator, 'openai-chat', { schema: true }, 'fenced-json, usage-missing, retry-after-200')
  match(String(at(jsonIn(answer), 'choices.0.message.content')), /^```json\n/u)
  equal(at(jsonIn(answer), 'usage'), undefined)
  equal(answer.headers['retry-after'], '25')
})

test('a fault that is not there, or not there for the API, is an error of the simulator and no call', async (context) => {
  const simulator = await serving(context)
  for (const fault of [
    'no-such-fault',
    'pause-turn',
    'rate-limit;wait=3',
    'slow-drip;bytes=x',
    'hang;billed=perhaps',
  ]) {
    const answer = await called(simulator, 'openai-chat', {}, fault)
    equal(answer.status, 400)
    match(String(at(jsonIn(answer), 'error')), /^simulator: /u)
  }
  deepEqual(await rowsOf(simulator), [])
})

test('the registry is told over HTTP', async (context) => {
  const simulator = await serving(context)
  const told = at(await controlling(simulator, 'GET', '/control/registry'), 'faults')
  equal(isArray(told) ? told.length : 0, faults.length)
})

test('faults are commanded with parameters, and what is left out is by default', () => {
  const [command] = commanded('slow-drip;bytes=4;delay-ms=70')
  ok(typeof command === 'object')
  deepEqual(command.parameters, { bytes: '4', 'every-ms': '50' })
  equal(command.delayMs, 70)
  equal(command.billed, true)
})

test('a caller that hangs up is written down, and still pays', async (context) => {
  const simulator = await serving(context, { latencyFixedMs: 5_000 })
  const body = bodyOf('openai-chat')
  equal((await heard(simulator, { path: pathOf('openai-chat'), body, patienceMs: 40 })).failure, 'gave up')
  for (let tries = 0; tries < 50 && at(await rowsOf(simulator), '0.outcome') === 'inFlight'; tries++);
  deepEqual(
    (await rowsOf(simulator)).map((row) => [row['outcome'], row['billed']]),
    [['aborted', true]],
  )
})
