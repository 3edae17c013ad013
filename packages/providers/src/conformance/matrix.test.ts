import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { apiNames, requestWith } from './given.ts'
import { outcomeOf } from './situation.ts'
import { situations } from './situations.ts'

for (const [group, list] of Object.entries(situations))
  describe(group, () => {
    for (const situation of list)
      for (const api of apiNames) {
        const got = outcomeOf(situation, api, situation.request ?? requestWith())
        if (got === null) continue
        test(`${situation.name}: ${api}`, () => {
          const { expected, holds, prepares } = situation
          assert.equal(got.outcome, typeof expected === 'string' ? expected : expected[api])
          if (got.answer !== null) assert.ok(holds?.(got.answer, api) ?? true, JSON.stringify(got.answer))
          if (got.body !== null) assert.ok(prepares?.(got.body, api) ?? true, JSON.stringify(got.body))
        })
      }
  })

test('there are at least thirty situations, and each says something of a vendor', () => {
  const all = Object.values(situations).flat()
  const mute = all.filter((each) =>
    apiNames.every((api) => outcomeOf(each, api, each.request ?? requestWith()) === null),
  )
  assert.ok(all.length >= 30)
  assert.deepEqual(mute, [])
})
