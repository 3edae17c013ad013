import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf } from '@waybill/cli/demo/account'
import { exampleRequests } from '@waybill/cli/demo/examples'
import { sendAll } from '@waybill/cli/demo/load'
import { onPlatform, settled } from './run.ts'
import { noBroker } from '../integration/kafka-broker.ts'

const count = 900
const rate = 30
/** After the provider has gone down: its first failures are heard of, and its cool-down has begun. */
const noticedMs = 5_000

test(
  'with one of three providers down, backups answer, and few requests try it first',
  { skip: noBroker },
  async (t) => {
    const progress = (line: string): void => {
      t.diagnostic(line)
    }
    await onPlatform({ replicas: 1, progress }, async (platform) => {
      let downAt = Infinity
      await sendAll(platform.client, exampleRequests(count), rate, (index) => {
        if (index !== Math.floor(count / 4)) return
        downAt = Date.now()
        const down = JSON.stringify({ down: true, as: '503' })
        void fetch(`${platform.simulatorUrl}/control/providers/anthropic`, { method: 'POST', body: down })
      })
      const evidence = await settled(platform, progress)
      assert.equal(accountOf(evidence).lost, 0)
      const asked = new Set(
        evidence.requests
          .filter(({ value, timestamp }) => (value.createdAt ?? timestamp) > downAt + noticedMs)
          .map(({ value }) => value.id),
      )
      const replies = evidence.replies.map(({ value }) => value).filter(({ id }) => asked.has(id))
      const own = replies.filter(({ duplicate }) => duplicate === 'none')
      const attempts = own.reduce((sum, reply) => sum + reply.attempts, 0)
      const answered = replies.filter(({ answer }) => answer !== null).length
      progress(`${attempts} attempts for ${own.length} requests, ${answered} of ${replies.length} answered`)
      assert.ok(own.length > 300, 'enough to judge by')
      assert.ok(attempts <= 1.1 * own.length, `${attempts} attempts for ${own.length} requests`)
      assert.ok(answered >= 0.999 * replies.length, `${answered} of ${replies.length} answered`)
    })
  },
)
