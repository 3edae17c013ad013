// At a load of three times what the cheapest target allows: how many calls come back as 429, and whether traffic flips.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headroom } from '@waybill/routing/rules/headroom'
import { rules } from '@waybill/routing/rules/rules'
import type { ArenaOptions, Behaviour, Ended } from './arena.ts'
import { runArena } from './arena.ts'
import { figuresOf } from './choices.ts'

const cheapest = 'cheap/model'
const perMinute = 400
const minutes = 5

const taking = (ms: number) => (): Behaviour => ({ ms, outcome: 'ok' })

function played(options: Partial<ArenaOptions>): readonly Ended[] {
  const ended = runArena({
    endpoints: new Map([
      [cheapest, taking(1_000)],
      ['dear/model', taking(1_000)],
    ]),
    prices: new Map([['dear/model', 3]]),
    limits: new Map([[cheapest, perMinute]]),
    // Twenty a second.
    arrivals: Array.from({ length: minutes * 1_200 }, (_, at) => at * 50),
    failureScope: 'model',
    exploration: 0,
    ...options,
  })
  assert.equal(figuresOf(ended).unanswered, 0)
  return ended
}

/** Of all calls that were made of the cheapest. */
function refusedShare(ended: readonly Ended[]): number {
  const refused = ended.reduce((sum, { attempts }) => sum + attempts - 1, 0)
  return refused / ended.filter(({ chosen }) => chosen === cheapest).length
}

/** The cheapest one's share of each five seconds after the first minute. */
function sharesOf(ended: readonly Ended[]): readonly number[] {
  const windowMs = 5_000
  const first = 60_000 / windowMs
  return Array.from({ length: (minutes * 60_000) / windowMs - first }, (_, place) => {
    const from = (first + place) * windowMs
    const own = ended.filter(({ at }) => at >= from && at < from + windowMs)
    return own.filter(({ chosen }) => chosen === cheapest).length / own.length
  })
}

const rulesWithoutHeadroom = rules.filter((rule) => rule !== headroom)

for (const routers of [1, 2, 5])
  test(`${routers} routers leave the cheapest target before it refuses, and use what it allows`, (context) => {
    const [kept, without] = [played({ routers }), played({ routers, rules: rulesWithoutHeadroom })]
    context.diagnostic(
      `${(100 * refusedShare(kept)).toFixed(1)} % of calls refused, ${(100 * refusedShare(without)).toFixed(1)} % without the rule`,
    )
    assert.ok(refusedShare(kept) <= 0.01, `${refusedShare(kept)} of its calls come back as 429`)
    assert.ok(refusedShare(without) > 0.05, `${refusedShare(without)} without the rule`)
    const served = kept.filter(({ chosen }) => chosen === cheapest).length
    // A full bucket at the start, and what came since.
    assert.ok(served > 0.95 * perMinute * (minutes + 1), `${served} calls of it`)
  })

test('traffic neither flips nor swings: of no five seconds the cheapest gets nothing, or nearly everything', () => {
  for (const routers of [1, 2, 5]) {
    const shares = sharesOf(played({ routers }))
    assert.ok(Math.min(...shares) > 0.1 && Math.max(...shares) < 0.6, `${routers} routers: ${shares.join(' ')}`)
  }
})

test('two routers move together, though the second reads everything later', () => {
  const ended = played({ routers: 2 })
  const [one, two] = [0, 1].map((number) => sharesOf(ended.filter(({ router }) => router === number)))
  const apart = (one ?? []).map((share, place) => Math.abs(share - (two?.[place] ?? 1)))
  assert.ok(apart.reduce((sum, each) => sum + each, 0) / apart.length < 0.1, apart.join(' '))
})

test('where answers say nothing of the limit, cool-downs alone keep the share of 429 below one in ten', (context) => {
  const ended = played({ routers: 2, limitsAreTold: false })
  const share = refusedShare(ended)
  context.diagnostic(`${(100 * share).toFixed(1)} % of calls refused`)
  assert.ok(share > 0.02 && share < 0.1, `${share}`)
})
