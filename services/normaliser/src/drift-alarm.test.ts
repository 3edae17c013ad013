import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DriftEvent } from './drift-alarm.ts'
import { driftAlarm } from './drift-alarm.ts'
import { answer, outcomes } from './given.ts'

const { usable, unusable, unbilled } = outcomes
const drifted = { ...usable.judgement, answer: answer({ drifted: true, servedModel: 'what the vendor wrote' }) }

test('a pin that is not kept is told at once, counted, and then told only every ten minutes', () => {
  let time = 0
  const events: DriftEvent[] = []
  const hear = driftAlarm({ monotonic: () => time }, (event) => events.push(event))
  hear('a', drifted)
  time = 599_999
  hear('a', drifted)
  hear('b', { ...unusable.judgement, drifted: true })
  time = 600_000
  hear('a', drifted)
  assert.deepEqual(events, [
    { code: 'model_drifted', target: 'a', answers: 1 },
    { code: 'model_drifted', target: 'b', answers: 1 },
    { code: 'model_drifted', target: 'a', answers: 3 },
  ])
  assert.doesNotMatch(JSON.stringify(events), /what the vendor wrote/u)
})

test('answers of the pinned model are no alarm, nor is what is no answer', () => {
  const hear = driftAlarm({ monotonic: () => 0 }, ({ target }) => assert.fail(target))
  hear('a', usable.judgement)
  hear('a', unusable.judgement)
  hear('a', { kind: 'none', providerRequestId: null })
  hear('a', { kind: 'unbilled', failure: unbilled.outcome.failure, providerRequestId: null })
})
