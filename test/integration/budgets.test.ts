// Two routers on real Kafka keep a tenant to its budget, with Redis and after Redis is gone.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Platform } from '@waybill/cli/platform/platform'
import { scan } from '@waybill/cli/scan'
import type { Reply } from '@waybill/schemas/generated/reply'
import { spend } from '@waybill/schemas/topics'
import { onPlatform, settled } from '../integrity/run.ts'
import { noBroker } from './kafka-broker.ts'

const tenant = 'thrifty'
const limitMicroUsd = 400_000
const policy = readFileSync(join(import.meta.dirname, '../../deploy/policies/default.yaml'), 'utf8')
const budgets = `\ntenants: { ${tenant}: { budgets: { month: { softMicroUsd: 1, hardMicroUsd: ${limitMicroUsd} } } } }\n`
const rule = /^rejected budgets\.month\.hardMicroUsd: thrifty may spend \$0\.400000 .* It resets at .*Z\.$/u

/** The most that was spent and reserved at one time, in 10^-9 dollars. */
async function mostUsed(platform: Platform): Promise<number> {
  const reading = await platform.reader()
  const partitions = Array.from({ length: platform.settings.partitions }, (_, partition) => partition)
  const told: { readonly at: number; readonly partition: number; readonly used: number }[] = []
  try {
    await scan(reading, spend, {
      partitions,
      take: ({ value: { partition, settledNanoUsd, reservedNanoUsd }, timestamp: at }) =>
        void told.push({ at, partition, used: settledNanoUsd + reservedNanoUsd }),
    })
  } finally {
    await reading.log.close()
  }
  const used = new Map<number, number>()
  return told
    .toSorted((one, other) => one.at - other.at)
    .reduce((most, { partition, used: own }) => {
      used.set(partition, own)
      return Math.max(
        most,
        [...used.values()].reduce((sum, each) => sum + each),
      )
    }, 0)
}

/** So many requests at once, each with work of its own. */
const askMany = ({ client }: Platform, from: number): Promise<readonly Reply[]> =>
  Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      client.request({
        tenant,
        id: `budget-${from + index}`,
        maxOutputTokens: 2_000,
        messages: [{ role: 'user', text: `Say ${from + index}.` }],
      }),
    ),
  )

test('two routers keep a tenant to its hard limit, also when Redis is gone', { skip: noBroker }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-budget-'))
  const path = join(folder, 'policy.yaml')
  writeFileSync(path, `${policy}${budgets}`)
  const progress = (line: string): void => t.diagnostic(line)
  const settings = { WAYBILL_POLICY: path }
  try {
    await onPlatform({ replicas: 2, latencyScale: 0.1, progress, settings }, async (platform) => {
      const first = await askMany(platform, 0)
      await platform.stack.redis?.stop()
      const second = await askMany(platform, 100)
      const { costs, decisions } = await settled(platform, progress)
      const paid = costs.reduce((sum, { value }) => sum + (value.costPicoUsd ?? 0), 0)
      const used = await mostUsed(platform)
      const served = [first, second].map((replies) => replies.filter(({ status }) => status === 'completed').length)
      t.diagnostic(
        `of $0.40, $${used / 1e9} was promised at most, $${paid / 1e12} paid; served ${served.join(', ')} of 40`,
      )
      assert.ok(used <= limitMicroUsd * 1e3 && paid > 0 && paid / 1e3 <= used)
      const over = [...first, ...second].filter(({ reason }) => reason === 'budget_exceeded')
      assert.ok(served.every((count) => count > 0) && over.length > 0)
      for (const { status, detail } of over) assert.match(`${status} ${detail ?? ''}`, rule)
      assert.ok(decisions.some(({ value }) => value.overSoftLimit === 'month'))
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
