import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choosePort } from '@waybill/deploy/ports'
import { withMetrics } from './metrics-ports.ts'

const programs = [
  { name: 'router', file: 'router.ts', environment: { KEPT: 'yes' } },
  { name: 'stats', file: 'stats.ts' },
]

test('each program has a port of its own, and keeps its environment', async () => {
  const from = await choosePort(0)
  const { programs: given, urls } = await withMetrics(programs, from)
  const ports = given.map(({ environment }) => environment?.['WAYBILL_METRICS_PORT'])
  assert.equal(new Set(ports).size, 2)
  assert.equal(ports[0], `${from}`)
  assert.equal(given[0]?.environment?.['KEPT'], 'yes')
  assert.deepEqual(
    [...urls],
    [
      ['router', `http://127.0.0.1:${ports[0]}/metrics`],
      ['stats', `http://127.0.0.1:${ports[1]}/metrics`],
    ],
  )
})

test('without a port there are none', async () => {
  const { programs: given, urls } = await withMetrics(programs, undefined)
  assert.equal(given, programs)
  assert.equal(urls.size, 0)
})
