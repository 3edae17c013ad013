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

test('the router and the worker tell at their start which targets retire within thirty days, and when', async () => {
  assert.deepEqual(await saidAtStart(31), [])
  const soon = await saidAtStart(29)
  // The model at its usual and at its slower service tier, each told by both.
  assert.equal(soon.length, 4)
  for (const line of soon)
    assert.match(
      line,
      /"code":"target_retires","target":"openai\/gpt-5\.4-nano-2026-03-17(?:\+flex)?","on":"2027-04-01"/u,
    )
  assert.match((await saidAtStart(-1))[0] ?? '', /"code":"target_retired"/u)
})
