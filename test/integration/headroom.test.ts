// The cheapest target has a rate limit, and far more requests come than it allows: real workers read what the vendor's
// headers say is left, and routers send the rest elsewhere before anything is refused.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { startEmbedded } from '@waybill/cli/platform/embedded'
import { temporaryFolder } from '@waybill/deploy/temporary-folder'
import { arrayAt, numberAt, stringAt } from '@waybill/providers/json'

const policy = `version: headroom
tiers: { all: [openai/gpt-6-luna, anthropic/claude-opus-5-5] }
otherClasses: all
defaultRoute: [anthropic/claude-opus-5-5]
baseline: { model: anthropic/claude-opus-5-5, since: '2026-11-26' }
exploration: { share: 0, costFactor: 1 }
`

const requests = 600
const everyMs = 25
/** A second; as many as a minute allows may come at once. */
const allowed = { aMinute: 240, aSecond: 4 } as const

test('of a limit that is told, nearly all is used, and hardly a call is refused', async (context) => {
  const policyFile = join(temporaryFolder(context), 'policy.yaml')
  writeFileSync(policyFile, policy)
  const arena = await startEmbedded({ latencyScale: 0.3, seed: '1', settings: { WAYBILL_POLICY: policyFile } })
  context.after(() => arena.stop())
  const limits = JSON.stringify({ model: 'gpt-6-luna', requestsPerMinute: allowed.aMinute })
  const set = await fetch(`${arena.simulatorUrl}/control/limits`, { method: 'POST', body: limits })
  assert.equal(set.status, 200)
  const since = Date.now()
  let lastSentAt = since
  const sent = Array.from({ length: requests }, async (_, number) => {
    await setTimeout(number * everyMs)
    lastSentAt = Date.now()
    const messages = [{ role: 'user', text: `Request ${number}` }] as const
    return arena.client.request({ tenant: 'acme', id: `${number}`, latencyBudgetMs: 60_000, messages })
  })
  const statuses = new Set((await Promise.all(sent)).map(({ status }) => status))
  assert.deepEqual([...statuses], ['completed'])
  const ledger: unknown = await fetch(`${arena.simulatorUrl}/ledger?limit=10000`).then((answer) => answer.json())
  const own = arrayAt(ledger, 'rows').filter((row) => stringAt(row, 'model') === 'gpt-6-luna')
  const refused = own.filter((row) => numberAt(row, 'status') === 429).length
  const most = allowed.aMinute + ((lastSentAt - since) / 1_000) * allowed.aSecond
  context.diagnostic(`${own.length} calls, ${refused} refused; at most ${Math.floor(most)} were allowed`)
  assert.ok(own.length - refused > 0.8 * most, 'it is the cheapest, so it serves as much as it may')
  assert.ok(refused < 0.03 * own.length)
})
