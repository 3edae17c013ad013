import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf } from '@waybill/cli/demo/account'
import { exampleRequests } from '@waybill/cli/demo/examples'
import { sendAll } from '@waybill/cli/demo/load'
import { onPlatform, settled } from './run.ts'
import { noBroker } from '../integration/kafka-broker.ts'

test(
  'every request is answered once although a router, a worker and a normaliser are killed',
  { skip: noBroker },
  async (t) => {
    const progress = (line: string): void => {
      t.diagnostic(line)
    }
    const count = 240
    await onPlatform({ replicas: 1, progress }, async (platform) => {
      const victims = new Map([
        [Math.floor(count / 4), 'router'],
        [Math.floor(count / 2), 'worker anthropic'],
        [Math.floor((3 * count) / 4), 'normaliser'],
      ])
      await sendAll(platform.client, exampleRequests(count), 30, (index) => {
        const name = victims.get(index)
        if (name !== undefined) platform.services.find(({ program }) => program.name === name)?.kill()
      })
      const evidence = await settled(platform, progress)
      const account = accountOf(evidence)
      const { lost, doubled, doubleBilled, unaccounted, replies, requests } = account
      assert.deepEqual(
        { lost, doubled, doubleBilled, unaccounted },
        { lost: 0, doubled: 0, doubleBilled: 0, unaccounted: 0 },
      )
      assert.equal(replies, requests)
      assert.ok(platform.services.filter(({ starts }) => starts > 1).length === victims.size, 'all three were killed')
      const paid = new Map(
        evidence.ledger.filter(({ billed }) => billed).map(({ attempt, costPicoUsd }) => [attempt, costPicoUsd]),
      )
      for (const { value } of evidence.costs)
        if (value.kind === 'paid') assert.equal(value.costPicoUsd, paid.get(`${value.claim}.${value.attempt}`))
    })
  },
)
