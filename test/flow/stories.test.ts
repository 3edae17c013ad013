// What a person on call reads of requests that met something, each told by the records that it left.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { gather } from '@waybill/cli/explain/gather'
import { storyOf } from '@waybill/cli/explain/story'
import { startEmbedded } from '@waybill/cli/platform/embedded'
import type { RequestInput } from '@waybill/client/complete'
import { arrayAt, numberAt, stringAt } from '@waybill/providers/json'
import { systemClock } from '@waybill/runtime/clock'
import type { Reply } from '@waybill/schemas/generated/reply'

const folder = mkdtempSync(join(tmpdir(), 'waybill-stories-'))
const policyFile = join(folder, 'policy.yaml')
const ours = readFileSync(join(import.meta.dirname, '../../deploy/policies/default.yaml'), 'utf8')
writeFileSync(policyFile, `${ours}\ntenants: { poor: { budgets: { day: { hardMicroUsd: 1 } } } }\n`)

/** Every look at the clock takes so long while a decision is to overrun. */
const slowness = { ms: 0, passed: 0 }
const clock = {
  ...systemClock,
  monotonic: () => {
    slowness.passed += slowness.ms
    return systemClock.monotonic() + slowness.passed
  },
}
const arena = await startEmbedded({
  latencyScale: 0.1,
  seed: '1',
  clock,
  settings: { WAYBILL_POLICY: policyFile, WAYBILL_PERMITS: '1' },
})
// Not before: the tests of another file may end while this one loads.
after(async () => {
  await arena.stop()
  rmSync(folder, { recursive: true })
})

const ask = (id: string, rest: Partial<RequestInput> = {}): Promise<Reply> =>
  arena.client.request({
    tenant: 'acme',
    id,
    latencyBudgetMs: 10_000,
    messages: [{ role: 'user', text: `Tell me of ${id}` }],
    ...rest,
  })

/** Strikes calls whose prompt is of this request, once unless told. */
async function strike(fault: string, id: string, count = 1): Promise<void> {
  const body = JSON.stringify({ fault, contains: `Tell me of ${id}`, count })
  const answer = await fetch(`${arena.simulatorUrl}/control/faults`, { method: 'POST', body })
  assert.equal(answer.status, 200)
}

/** Resolves when the fault of a request has struck. */
async function struck(id: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const told: unknown = await fetch(`${arena.simulatorUrl}/control/faults`).then((answer) => answer.json())
    const own = arrayAt(told, 'faults').find((each) => stringAt(each, 'contains') === `Tell me of ${id}`)
    if ((numberAt(own, 'applied') ?? 0) > 0) return
    await setTimeout(20)
  }
  assert.fail(`No fault has struck ${id}.`)
}

async function storyOfRequest(id: string, tenant = 'acme'): Promise<string> {
  const reading = { ...(await arena.reader()), partitions: arena.settings.partitions }
  const [evidence] = await gather(reading, id, tenant)
  assert.ok(evidence !== undefined)
  return stripVTControlCharacters(storyOf(evidence, Date.now()))
}

/** These lines stand in it, in this order. */
function inOrder(story: string, ...lines: readonly RegExp[]): void {
  let at = 0
  for (const line of lines) {
    const found = line.exec(story.slice(at))
    assert.ok(found, `${line} is not in what follows:\n${story.slice(at)}`)
    at += found.index + found[0].length
  }
}

test('a rate limit, the backup that answered, and for how long the limited one is left alone', async () => {
  await strike('rate-limit;retry-after-ms=60000', 'limited')
  await ask('limited')
  inOrder(
    await storyOfRequest('limited'),
    /It was answered: completed by /u,
    /attempt 1 at \S+ ended after .*: rate_limited \(status 429\), free/u,
    /attempt 2 calls /u,
    /attempt 2 at \S+ ended after .*: with an answer, paid; backup/u,
    /attempt 1 at \S+: free/u,
  )
  await ask('after the limit')
  assert.match(await storyOfRequest('after the limit'), / out +\S+ .* — cooling_down: for \d+ ms more/u)
})

test('an answer from store, whose calls another request has paid for', async () => {
  const messages = [{ role: 'user', text: 'The same for both' }] as const
  await ask('first', { messages })
  await ask('second', { messages })
  inOrder(
    await storyOfRequest('second'),
    /the same work was done before: the request gets the stored answer/u,
    /the reply is written: completed, replayed/u,
    /Calls of acme\/first, which has paid for them, are among these/u,
    /Paid by this request: \$0\.00/u,
    /duplicates: answered again from store/u,
  )
})

test('a prompt that a filter declined, which no other vendor is asked', async () => {
  await strike('input-blocked', 'a declined prompt', 9)
  await ask('a declined prompt')
  const story = await storyOfRequest('a declined prompt')
  inOrder(story, /failed \(content_filter\)/u, /No other target is asked/u)
  assert.doesNotMatch(story, /attempt 2/u)
})

test('a call that hung until the deadline, and at most what it may have cost', async () => {
  await strike('hang', 'a hanging call', 9)
  await ask('a hanging call', { latencyBudgetMs: 1_000 })
  inOrder(
    await storyOfRequest('a hanging call'),
    /It was answered: failed \(timeout\)/u,
    /attempt 1 at \S+ ended after .*: timeout \(no answer came\), unknown; late/u,
    /unknown, at most \$0\.\d+/u,
  )
})

test('no slot for a call: the attempt that was never made, and the setting', async () => {
  const anthropic = { constraints: { providers: ['anthropic'] }, latencyBudgetMs: 1_500 }
  await strike('hang', 'who holds the slot', 9)
  const holding = ask('who holds the slot', anthropic)
  await struck('who holds the slot')
  await ask('who finds no slot', anthropic)
  await holding
  inOrder(
    await storyOfRequest('who finds no slot'),
    /failed \(no_permit\)/u,
    /No call slot came free in time.*WAYBILL_PERMITS/u,
    /attempt 1 at anthropic\/\S+ ends without a call: no_permit/u,
  )
})

test('a ceiling that nothing stays below, and a budget that is used up', async () => {
  await ask('above the ceiling', { costCeilingMicroUsd: 1 })
  inOrder(
    await storyOfRequest('above the ceiling'),
    /rejected \(cost_ceiling\)/u,
    /Raise costCeilingMicroUsd/u,
    / out +\S+ .* at most — cost_ceiling: up to \$0\.\d+, the ceiling is \$0\.000001/u,
    /No call was recorded/u,
  )
  await ask('above the budget', { tenant: 'poor' })
  inOrder(
    await storyOfRequest('above the budget', 'poor'),
    /rejected \(budget_exceeded\)/u,
    /The detail names the limit and when it resets/u,
    /budget_exceeded\) — .*day/u,
  )
})

test('a request that broke a rule, and which', async () => {
  await ask('no messages', { messages: [] })
  inOrder(
    await storyOfRequest('no messages'),
    /rejected \(invalid_request\)/u,
    /The caller has to send it corrected/u,
    /messages: must not be empty/u,
  )
})

test('a decision that took too long, and the default route that serves instead', async () => {
  slowness.ms = 30
  try {
    await ask('a slow decision')
  } finally {
    slowness.ms = 0
  }
  inOrder(
    await storyOfRequest('a slow decision'),
    /It was answered: completed by /u,
    /the router chose \S+ — .*route default; the decision took too long, so the default route serves; decided in \d{5,} µs/u,
  )
})
