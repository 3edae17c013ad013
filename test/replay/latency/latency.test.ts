import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { dataFolder } from '../data-file.ts'
import type { Behaviour } from './arena.ts'
import { runArena } from './arena.ts'
import { figuresOf } from './choices.ts'
import { replayIncidents } from './incidents.ts'
import { replayLlmperf } from './llmperf.ts'
import { requestsAmid } from './stalls.ts'
import { readModels } from './measured.ts'
import { replayTheFastest } from './thefastest.ts'

const skip = !existsSync(join(dataFolder, 'latency')) && 'the public data is not at ../shared/data'

const stalled = (at: number): Behaviour => ({ ms: at >= 60_000 ? 9_800 : 300, outcome: 'ok' })

test('a stall is left as soon as a call has been under way for longer than the others take', () => {
  const endpoints = new Map([
    ['quick/model', stalled],
    ['steady/model', (): Behaviour => ({ ms: 1_000, outcome: 'ok' })],
  ])
  const arrivals = Array.from({ length: 600 }, (_, at) => at * 200)
  const during = runArena({ endpoints, arrivals, failureScope: 'model', exploration: 0.05 }).filter(
    ({ at }) => at >= 60_000,
  )
  const walkedInto = during.filter(({ ms }) => ms > 5_000).length
  assert.equal(figuresOf(during).p50S, 1)
  assert.ok(walkedInto < during.length * 0.1, `${walkedInto} of ${during.length}`)
})

test(
  'of the requests of a stall, a percentile of ended calls alone sends more than twice as many into it',
  { skip },
  () => {
    const { models, stalls } = replayTheFastest(readModels(join(dataFolder, 'latency')))
    const total = (way: 'waybill' | 'endedOnly'): number => stalls.reduce((sum, stall) => sum + stall[way], 0)
    const amid = requestsAmid(stalls)
    assert.ok(stalls.length > 50)
    assert.ok(total('waybill') < amid / 50, `${total('waybill')} of ${amid}`)
    assert.ok(total('endedOnly') > 2 * total('waybill'), `${total('endedOnly')} beside ${total('waybill')}`)
    for (const { name, waybill, random } of models) assert.ok(waybill.p95S <= random.p95S, name)
  },
)

test('bursts of 429 and hangs leave fewer than one in a hundred requests without an answer', { skip }, () => {
  for (const { waybill, random } of replayLlmperf(join(dataFolder, 'latency'))) {
    assert.ok(waybill.unanswered < waybill.requests / 100)
    assert.ok(random.unanswered > waybill.unanswered)
  }
})

test('a provider that is down costs less than a tenth more attempts', { skip }, () => {
  const outages = replayIncidents(join(dataFolder, 'incidents'))
  assert.ok(outages.length > 10)
  for (const { extraAttemptsPercent, waybill } of outages) {
    assert.ok(extraAttemptsPercent < 10)
    assert.equal(waybill.unanswered, 0)
  }
})
