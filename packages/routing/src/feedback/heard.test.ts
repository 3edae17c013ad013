import assert from 'node:assert/strict'
import { test } from 'node:test'
import { feedbackProblem } from '@waybill/schemas/feedback-problem'
import type { Feedback } from '@waybill/schemas/generated/feedback'
import { goodness, Heard } from './heard.ts'
import { Opinions } from './opinions.ts'

const word = (rest: Partial<Feedback> = {}): Feedback => ({
  tenant: 'acme',
  id: '1',
  accepted: true,
  score: null,
  source: 'user',
  at: 1_000,
  ...rest,
})
const asker = { tenant: 'acme', id: '1' }

test('a word reaches the call that has answered its request, once', () => {
  const heard = new Heard()
  heard.add(word())
  heard.meet({ ...asker, claim: 'requests/0/1' })
  heard.meet({ ...asker, claim: 'requests/0/1' })
  assert.deepEqual(heard.take('requests/0/1'), [word()])
  assert.deepEqual([heard.take('requests/0/1'), heard.withoutAnswer], [[], 0])
})

test('of claims that failed and one that was answered, the answered one is spoken of', () => {
  const heard = new Heard()
  heard.add(word())
  for (const claim of ['a', 'b']) heard.meet({ ...asker, claim })
  assert.equal(heard.take('b').length, 1)
})

test('the newest word of a source counts, and another source is another word', () => {
  const heard = new Heard()
  for (const each of [word({ score: 0.9, at: 2_000 }), word({ score: 0.1 }), word({ source: 'grader', score: 0.5 })])
    heard.add(each)
  heard.meet({ ...asker, claim: 'a' })
  assert.deepEqual(heard.take('a').map(goodness), [0.9, 0.5])
})

test('words on unknown ids are counted', () => {
  const heard = new Heard()
  heard.add(word({ id: 'nobody' }))
  heard.meet({ ...asker, claim: 'a' })
  assert.deepEqual([heard.take('a'), heard.withoutAnswer], [[], 1])
})

test('a figure that cannot be is told of with its field, and not used', () => {
  const bad: readonly (readonly [Partial<Feedback>, RegExp])[] = [
    [{ score: 1.5 }, /^score: is 1\.5; it must be from 0 to 1\.$/u],
    [{ score: Number.NaN }, /^score: /u],
    [{ accepted: null }, /^accepted, score: /u],
    [{ tenant: '' }, /^tenant: /u],
    [{ id: '' }, /^id: /u],
    [{ at: 0 }, /^at: /u],
  ]
  const heard = new Heard()
  for (const [rest, problem] of bad) {
    assert.match(feedbackProblem(word(rest)) ?? '', problem)
    heard.add(word(rest))
  }
  assert.deepEqual([heard.words, heard.unusable, heard.withoutAnswer], [6, 6, 0])
})

test('shares and scores of a model say how many words they are from', () => {
  const opinions = new Opinions()
  for (const accepted of [true, true, false, null]) opinions.hear('m', word({ accepted, score: 0.5 }))
  const [model] = opinions.models
  assert.deepEqual([model?.words, model?.accepted?.samples, model?.score?.mean], [4, 3, 0.5])
  assert.equal(model?.accepted?.mean.toFixed(2), '0.67')
})
