import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryCluster } from './memory/cluster.ts'
import { MemoryLog } from './memory/log.ts'
import { requireTopics } from './required-topics.ts'

const needed = [{ name: 'requests' }, { name: 'spend' }, { name: 'feedback' }]
const settings = { topicPrefix: 'waybill.', partitions: 2 }

function given(counts: Readonly<Record<string, number>>): MemoryLog {
  const cluster = new MemoryCluster()
  for (const [name, count] of Object.entries(counts)) cluster.createTopic(name, count)
  return new MemoryLog(cluster)
}

test('a deployment of an older build is told which topics it lacks, and what creates them', async () => {
  await assert.rejects(requireTopics(given({ requests: 2 }), needed, settings), {
    name: 'FatalError',
    code: 'topics_missing',
    message: /^waybill\.spend, waybill\.feedback: not there\. "waybill topics --create" creates/u,
  })
})

test('a topic with another count is told of with both', async () => {
  await assert.rejects(requireTopics(given({ requests: 2, spend: 1, feedback: 2 }), needed, settings), {
    code: 'partition_count_changed',
    message: /^waybill\.spend has 1 partitions, and WAYBILL_PARTITIONS is 2/u,
  })
})

test('where all are there, nothing is said', async () => {
  await requireTopics(given({ requests: 2, spend: 2, feedback: 2 }), needed, settings)
})
