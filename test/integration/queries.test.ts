// The queries that docs/money.md offers run, and come to what a report says of the same rows.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { givenCost, givenDecision, start } from '@waybill/cli/given'
import { runCommand } from '@waybill/deploy/run-command'
import { isAnswer } from '@waybill/cli/money/feedback-read'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { Ledger } from '@waybill/routing/savings/ledger'
import { Tally } from '@waybill/routing/savings/tally'
import type { Cost } from '@waybill/schemas/generated/cost'
import type { Decision } from '@waybill/schemas/generated/decision'
import type { Feedback } from '@waybill/schemas/generated/feedback'
import { findPython } from './python.ts'

interface Rows {
  readonly costs: readonly Cost[]
  readonly decisions: readonly Decision[]
  readonly feedback: readonly Feedback[]
}

interface Answered {
  readonly title: string
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

const dayMs = 86_400_000
const claimOf = (at: number): string => `requests/0/${at}`

/** Answers, waste, unknown calls and duplicates of each kind, of three tenants over two days. */
function given(): Rows {
  const costs = Array.from({ length: 40 }, (_, at): Cost => {
    const own = { claim: claimOf(at), id: `${at}`, tenant: `tenant-${at % 3}`, at: start + (at % 2) * dayMs }
    if (at % 10 === 7) return givenCost({ ...own, kind: 'unknown', costPicoUsd: null, upperBoundPicoUsd: 10 ** 9 + at })
    const wasted = { ...own, baselinePicoUsd: null, baselineMethod: null, costPicoUsd: 10 ** 8 + at }
    if (at % 10 === 8) return givenCost({ ...wasted, failure: 'bad_answer' })
    if (at % 10 === 9) return givenCost({ ...wasted, failure: 'schema_mismatch', flags: ['unusable'] })
    return givenCost({ ...own, costPicoUsd: 10 ** 8 + at * 10 ** 6, baselinePicoUsd: 5 * 10 ** 8 })
  })
  const asked = { tenant: 'tenant-0', id: 'again' }
  const decisions = [
    ...costs.map(({ claim, tenant, id }) => givenDecision({ claim, tenant, id })),
    ...(['joined', 'replayed', 'redelivered', 'joined'] as const).map((kind, at) =>
      givenDecision({ ...asked, kind, claim: claimOf(at), candidates: [], target: null }),
    ),
    ...['cost_ceiling', 'budget_exceeded', 'cost_ceiling'].map((reason) =>
      givenDecision({ ...asked, kind: 'rejected', reason, claim: null, target: null }),
    ),
  ]
  const word = { tenant: 'tenant-0', id: '0', accepted: true, score: 0.5, source: 'user', at: start }
  return { costs, decisions, feedback: [word, { ...word, accepted: false, source: 'grader', score: null }] }
}

/** null where there is no Python with pip. */
async function answersOf(t: TestContext, rows: Rows): Promise<readonly Answered[] | null> {
  const python = await findPython((line) => t.diagnostic(line))
  if (python === undefined) {
    t.skip('SKIPPED, no Python with pip: the queries of docs/money.md are NOT tested.')
    return null
  }
  const folder = mkdtempSync(join(tmpdir(), 'waybill-queries-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, values] of Object.entries(rows))
    writeFileSync(join(folder, `${name}.jsonl`), values.map((value: unknown) => `${JSON.stringify(value)}\n`).join(''))
  const page = join(import.meta.dirname, '../../docs/money.md')
  const { exitCode, output } = await runCommand(python, [join(import.meta.dirname, 'queries.py'), page, folder])
  assert.equal(exitCode, 0, output)
  return output
    .trim()
    .split('\n')
    .map((line): Answered => JSON.parse(line))
}

const usd = (picoUsd: bigint): number => Number(picoUsd) / 1e12

/** The sum of a column; numbers may come as text. */
const summed = (rows: Answered['rows'], column: string): number =>
  rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0)

const near = (one: number, other: number): void => {
  assert.ok(Math.abs(one - other) < 1e-9, `${one} and ${other}`)
}

/** What a report says of the rows. */
function reported({ costs, decisions }: Rows): { readonly ledger: Ledger; readonly tally: Tally } {
  const [ledger, tally] = [new Ledger(catalogue), new Tally()]
  for (const decision of decisions) tally.add(decision)
  for (const cost of costs) ledger.book(cost, isAnswer(cost) ? tally.take(cost.claim) : undefined)
  return { ledger, tally }
}

test('every query of the documentation runs and comes to what a report says', async (t) => {
  const rows = given()
  const answers = await answersOf(t, rows)
  if (answers === null) return
  assert.equal(answers.length, 6, 'each query of the page is held to something here')
  const [spent = [], answered = [], waste = [], duplicates = [], rejections = [], words = []] = answers.map(
    (each) => each.rows,
  )
  const { ledger, tally } = reported(rows)
  const { total, by } = ledger
  const { parts } = total
  assert.deepEqual(new Set(spent.map(({ tenant }) => tenant)), new Set(by.tenant.keys()))
  assert.equal(spent.length, 6, 'three tenants, two days')
  near(summed(spent, 'usd'), usd(total.spent.picoUsd))
  near(summed(spent, 'unknown_at_most_usd'), usd(total.unknownAtMost.picoUsd))
  near(summed(answered, 'saved_usd'), usd(parts.routing.picoUsd + parts.cache.picoUsd))
  near(summed(waste, 'usd'), -usd(parts.failed.picoUsd + parts.unusable.picoUsd))
  for (const kind of ['joined', 'replayed', 'redelivered'] as const)
    near(
      summed(
        duplicates.filter((row) => row['kind'] === kind),
        'usd',
      ),
      usd(parts[kind].picoUsd),
    )
  assert.equal(summed(duplicates, 'requests'), total.duplicates)
  assert.deepEqual(
    rejections.map((row) => Object.values(row)),
    [...tally.rejections].toSorted(([, one], [, other]) => other - one),
  )
  assert.deepEqual(
    words.map(({ words: count, accepted, score }) => [count, accepted, score]),
    [[2, 0.5, 0.5]],
  )
})
