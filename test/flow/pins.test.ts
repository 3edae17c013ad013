import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { systemClock } from '@waybill/runtime/clock'
import { openLogger } from '@waybill/runtime/observability/logger'
import { startEmbedded } from '@waybill/cli/platform/embedded'

/** What is said while everything starts so many days before the first target retires. */
async function saidAtStart(days: number): Promise<readonly string[]> {
  const dates = [...catalogue.targets.values()].flatMap(({ retiresAt }) => retiresAt ?? [])
  const now = Math.min(...dates) - days * 86_400_000
  const lines: string[] = []
  const logger = openLogger('warn', {}, { write: (line) => void lines.push(line) })
  const clock = { ...systemClock, now: () => now }
  const arena = await startEmbedded({ latencyScale: 0, seed: '1', clock, logger })
  await arena.stop()
  return lines.filter((line) => line.includes('"target_retire'))
}

test('who starts everything is told once of each model that retires within thirty days, and when', async () => {
  assert.deepEqual(await saidAtStart(31), [])
  const soon = await saidAtStart(29)
  assert.equal(soon.length, 1)
  // The model serves two targets: at its usual and at its slower service tier.
  assert.match(soon[0] ?? '', /"code":"target_retires","model":"(.+)","targets":\["\1","\1\+flex"\],"on":"2027-04-01"/u)
  assert.match((await saidAtStart(-1))[0] ?? '', /"code":"target_retired"/u)
})
