// What everything that holds reservations must do.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Reservations, Wanted } from '../reservations.ts'

const wanted = (account: string, rest: Partial<Wanted> = {}): Wanted => ({
  account,
  holder: randomUUID(),
  amount: 40,
  limit: 100,
  used: 0,
  lifeMs: 60_000,
  ...rest,
})

export function reservationsConformance(
  name: string,
  make: () => Promise<Reservations>,
  skip: string | false = false,
): void {
  let made: Reservations | undefined
  const held = (): Reservations => {
    if (made === undefined) throw new Error('There are no reservations.')
    return made
  }
  before(async () => {
    if (skip === false) made = await make()
  })
  after(() => made?.close())

  test(`${name}: what is held and what is used leave the rest`, { skip }, async () => {
    const account = randomUUID()
    assert.equal(await held().reserve(wanted(account)), true)
    assert.equal(await held().reserve(wanted(account, { used: 21 })), false)
    assert.equal(await held().reserve(wanted(account, { used: 20 })), true)
    assert.equal(await held().reserve(wanted(randomUUID())), true, 'another account is another limit')
  })

  test(`${name}: the same holder holds once`, { skip }, async () => {
    const account = randomUUID()
    const same = wanted(account, { amount: 100 })
    assert.deepEqual([await held().reserve(same), await held().reserve(same)], [true, true])
    await held().release(account, same.holder)
    await held().release(account, same.holder)
    assert.equal(await held().reserve(wanted(account, { amount: 100 })), true)
    assert.equal(await held().reserve(wanted(account, { amount: 1 })), false)
  })

  test(`${name}: what is not released is free when its life is over`, { skip }, async () => {
    const account = randomUUID()
    await held().reserve(wanted(account, { amount: 100, lifeMs: 20 }))
    await new Promise((resolve) => setTimeout(resolve, 60))
    assert.equal(await held().reserve(wanted(account, { amount: 100 })), true)
  })

  test(`${name}: of many that ask at once, no more are granted than there is room for`, { skip }, async () => {
    const account = randomUUID()
    const asked = Array.from({ length: 50 }, () => held().reserve(wanted(account, { amount: 9 })))
    assert.equal((await Promise.all(asked)).filter((granted) => granted === true).length, 11)
  })
}
