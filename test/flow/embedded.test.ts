import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { RequestInput } from '@waybill/client/complete'
import { accountOf, isClean } from '@waybill/cli/demo/account'
import { gather } from '@waybill/cli/demo/evidence'
import { exampleRequests } from '@waybill/cli/demo/examples'
import { proofPage, proofsOf } from '@waybill/cli/demo/proof'
import { gatherMoney } from '@waybill/cli/money/gather-money'
import { statementOf } from '@waybill/cli/money/statement'
import { startEmbedded } from '@waybill/cli/platform/embedded'
import { catalogue } from '@waybill/routing/catalogue/catalogue'

const arena = await startEmbedded({ latencyScale: 0.1, seed: '1' })
after(() => arena.stop())

const hello = (rest: Partial<RequestInput> = {}): RequestInput => ({
  tenant: 'flow',
  id: 'hello',
  latencyBudgetMs: 10_000,
  messages: [{ role: 'user', text: 'Hello' }],
  ...rest,
})

test('requests of every kind come back once, and the ledger agrees', async () => {
  const { client, settings, simulatorUrl = '' } = arena
  const replies = await Promise.all(exampleRequests(60).map((request) => client.request(request)))
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], ['completed'])
  const evidence = await gather({ ...(await arena.reader()), partitions: settings.partitions, simulatorUrl })
  const account = accountOf(evidence)
  assert.ok(isClean(account), JSON.stringify(account))
  assert.ok(account.duplicates > 0)
  const billed = new Map(evidence.ledger.map(({ attempt, costPicoUsd }) => [attempt, costPicoUsd]))
  for (const { value } of evidence.costs)
    assert.equal(
      value.costPicoUsd,
      billed.get(`${value.claim}.${value.attempt}`),
      'a paid cost is what the ledger bills',
    )
  const all = { from: 0, to: Infinity }
  const reported = await gatherMoney(await arena.reader(), settings.partitions, all, catalogue)
  assert.deepEqual(account.money, statementOf(reported, all, catalogue, Date.now()).total)
  assert.equal(reported.ledger.irregular.beyondBound, 0, 'what a call can cost at most is a bound')
  assert.equal(accountOf({ ...evidence, replies: evidence.replies.slice(1) }).lost, 1)
  const [cheaper, safer] = proofsOf(evidence)
  assert.ok((cheaper?.costUsd?.difference.mean ?? 0) < 0, 'a cheaper policy would have cost less')
  assert.ok((safer?.costUsd?.difference.mean ?? 0) > 0, 'a safer one more')
  assert.match(proofPage(account, proofsOf(evidence)).join('\n'), /Spent.*\ncheaper.*\n.*\nsafer/u)
  const planted = evidence.ledger.find((call) => call.billed)
  assert.ok(planted !== undefined)
  const doubled = accountOf({ ...evidence, ledger: [...evidence.ledger, { ...planted, attempt: 'requests/9/9.1' }] })
  assert.deepEqual([doubled.doubleBilled, doubled.unaccounted, isClean(doubled)], [1, 1, false])
})

test('bad requests are rejected with the path and the rule, and the next is served', async () => {
  const { client } = arena
  const deep = `${'{"properties":{"a":'.repeat(1_000)}{}${'}}'.repeat(1_000)}`
  const tool = { name: 'a', parameters: '{}' }
  const parts = [
    { kind: 'text' },
    { kind: 'image', media: { mimeType: 'image/png', data: null, uri: null } },
    { kind: 'image', media: { mimeType: 'audio/wav', data: null, uri: 'https://example.org/a.wav' } },
    { kind: 'toolCall', json: '{"name":"a"}' },
    { kind: 'toolResult', json: '[]' },
    { kind: 'hologram' },
    { kind: 'opaque', opaque: '{"value":1}' },
  ]
  const bad: readonly (readonly [RequestInput, RegExp])[] = [
    [hello({ id: 'no-messages', messages: [] }), /^messages: /u],
    [
      hello({ id: 'tools', tools: Array.from({ length: 40_000 }, (_, at) => ({ ...tool, name: `${at}` })) }),
      /^tools: has/u,
    ],
    [hello({ id: 'two-tools', tools: [tool, tool] }), /^tools\[1\]\.name: /u],
    [hello({ id: 'no-schema', outputSchema: '{"type": 5}' }), /^outputSchema/u],
    [hello({ id: 'deep', outputSchema: deep }), /^outputSchema/u],
    ...parts.map((part, at): readonly [RequestInput, RegExp] => [
      hello({ id: `part-${at}`, messages: [{ role: 'user', parts: [part] }] }),
      /^messages\[0\]\.parts\[0\]/u,
    ]),
    [hello({ id: 'required', sampling: { required: ['mood'] } }), /^sampling\.required: names what is none of: temp/u],
    [hello({ id: 'choice', toolChoice: { kind: 'tool', name: 'b' } }), /^toolChoice/u],
  ]
  for (const [request, detail] of bad) {
    const reply = await client.request(request)
    assert.deepEqual([reply.status, reply.reason], ['rejected', 'invalid_request'])
    assert.match(reply.detail ?? '', detail)
  }
  const large = await client.request(hello({ id: 'large', messages: [{ role: 'user', text: 'x'.repeat(1_100_000) }] }))
  assert.deepEqual([large.status, large.detail?.startsWith('request: ')], ['rejected', true])
  assert.equal((await client.request(hello())).status, 'completed')
})

test('one key is one piece of work, whatever the id', async () => {
  const { client } = arena
  const keyed = { idempotency: 'key', idempotencyKey: 'k-1' } as const
  const first = await client.request(hello({ ...keyed, id: 'k1' }))
  const second = await client.request(hello({ ...keyed, id: 'k2' }))
  const other = await client.request(
    hello({ ...keyed, id: 'k3', messages: [{ role: 'user', text: 'Something else' }] }),
  )
  assert.deepEqual([first.status, first.duplicate], ['completed', 'none'])
  assert.deepEqual(
    [second.status, second.duplicate, second.answer?.text],
    ['completed', 'replayed', first.answer?.text],
  )
  assert.deepEqual([other.status, other.reason], ['rejected', 'key_reused'])
})

test('a ceiling that no target keeps to is a rejection that says so', async () => {
  const reply = await arena.client.request(
    hello({ id: 'poor', costCeilingMicroUsd: 0, messages: [{ role: 'user', text: 'Cheap?' }] }),
  )
  assert.equal(reply.status, 'rejected')
  assert.match(reply.reason ?? '', /ceiling|cost/u)
})
