import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SoftLimit } from './reducer/prepared.ts'
import { oncePerWindow } from './soft-limits.ts'

test('a soft limit is told once a tenant and window, and again in the next', () => {
  const told: string[] = []
  const tell = oncePerWindow(({ tenant, window, startsAt }) => void told.push(`${tenant} ${window} ${startsAt}`))
  const limit: SoftLimit = { kind: 'softLimit', tenant: 'acme', window: 'day', startsAt: 0 }
  const others: readonly Partial<SoftLimit>[] = [{}, {}, { tenant: 'globex' }, { window: 'hour' }, {}, { startsAt: 9 }]
  for (const rest of others) tell({ ...limit, ...rest })
  assert.deepEqual(told, ['acme day 0', 'globex day 0', 'acme hour 0', 'acme day 9'])
})
