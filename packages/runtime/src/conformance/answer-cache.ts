// What every cache of answers must do.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { AnswerCache } from '../answer-cache.ts'

export function answerCacheConformance(
  name: string,
  make: () => Promise<AnswerCache>,
  skip: string | false = false,
): void {
  let cache: AnswerCache | undefined
  const kept = (): AnswerCache => {
    if (cache === undefined) throw new Error('There is no cache.')
    return cache
  }
  before(async () => {
    if (skip === false) cache = await make()
  })
  after(() => cache?.close())

  test(`${name}: what was set is got, byte by byte, and the newest counts`, { skip }, async () => {
    const hash = randomUUID()
    assert.equal(await kept().get(hash), null)
    await kept().set(hash, Buffer.from([0, 255, 1]), 60_000)
    await kept().set(hash, Buffer.from([0, 255, 2]), 60_000)
    assert.deepEqual(await kept().get(hash), Buffer.from([0, 255, 2]))
    assert.equal(await kept().get(randomUUID()), null)
  })

  test(`${name}: an answer is forgotten when its life is over`, { skip }, async () => {
    const hash = randomUUID()
    await kept().set(hash, Buffer.from('x'), 20)
    await new Promise((resolve) => setTimeout(resolve, 60))
    assert.equal(await kept().get(hash), null)
  })
}
