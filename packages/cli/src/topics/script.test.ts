import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { topics } from '@waybill/schemas/topics'
import type { ScriptOptions } from './script.ts'
import { plannedTopics, topicScript } from './script.ts'

const plain: ScriptOptions = { brokers: [], secured: false, prefix: 'mine.', user: undefined }
const planned = plannedTopics(topics(), { prefix: 'mine.', partitions: 12, replicationFactor: 3 })

test('there is one command for each topic, with all of its settings', () => {
  const script = topicScript(planned, { ...plain, brokers: ['a:1', 'b:2'] })
  assert.equal(script.match(/--create --if-not-exists/gu)?.length, topics().length)
  assert.match(script, /--bootstrap-server a:1,b:2 --create --if-not-exists --topic mine\.requests --partitions 12 \\/u)
  assert.match(
    script,
    /--replication-factor 3 \\\n {2}--config cleanup\.policy=delete \\\n {2}--config message\.timestamp\.type=LogAppendTime/u,
  )
})

test("the broker's own replication is not named, and secured brokers need a file", () => {
  const script = topicScript(plannedTopics(topics(), { prefix: '', partitions: 1, replicationFactor: -1 }), {
    ...plain,
    secured: true,
  })
  assert.doesNotMatch(script, /--replication-factor/u)
  assert.match(script, /--bootstrap-server "\$KAFKA_BROKERS" --command-config client\.properties/u)
})

test('a shell reads it, whatever the prefix', { skip: process.platform === 'win32' }, () => {
  const strange = plannedTopics(topics(), { prefix: "it's $HOME ", partitions: 1, replicationFactor: 1 })
  assert.equal(
    spawnSync('sh', ['-n'], { input: topicScript(strange, { ...plain, prefix: "it's $HOME ", user: "o'neill" }) })
      .status,
    0,
  )
  assert.match(topicScript(strange, plain), /--topic 'it'\\''s \$HOME requests'/u)
})

test('who the services run as gets rights on what bears the prefix, and none to create', () => {
  const script = topicScript(planned, { ...plain, user: 'waybill' })
  assert.equal(script.match(/--add --allow-principal User:waybill/gu)?.length, 3)
  assert.match(
    script,
    /--operation Read --operation Write .*\\\n {2}--topic mine\. --resource-pattern-type prefixed\n/u,
  )
  assert.doesNotMatch(script, /--operation (?:Create|All)/u)
  assert.match(topicScript(planned, { ...plain, prefix: '', user: 'waybill' }), /\n {2}--group '\*'\n/u)
  assert.doesNotMatch(topicScript(planned, plain), /kafka-acls/u)
})
