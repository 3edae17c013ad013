import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startStack } from './stack.ts'
import type { StackOptions } from './stack.ts'
import { temporaryFolder } from './temporary-folder.ts'

function options(folder: string): StackOptions {
  return {
    folder: join(folder, 'stack'),
    cache: join(folder, 'cache'),
    addresses: {
      kafkaBrokers: 'one:9092,two:9092',
      schemaRegistryUrl: 'http://registry/apis/ccompat/v7',
      redisUrl: 'redis://redis:6379',
    },
    need: ['kafka', 'registry', 'redis'],
    profile: 'test',
    javaHome: join(folder, 'no-java'),
    progress: () => undefined,
  }
}

test('addresses that are given win, and nothing is started', async (context) => {
  const folder = temporaryFolder(context)
  const stack = await startStack(options(folder))
  assert.deepEqual(stack.kafkaBrokers, ['one:9092', 'two:9092'])
  assert.equal(stack.schemaRegistryUrl, 'http://registry/apis/ccompat/v7')
  assert.equal(stack.redisUrl, 'redis://redis:6379')
  assert.deepEqual([stack.broker, stack.registry, stack.redis], [undefined, undefined, undefined])
  await stack.stop()
  assert.deepEqual(readdirSync(join(folder, 'stack')), [])
})

test('what is not needed asks for nothing', async (context) => {
  const stack = await startStack({ ...options(temporaryFolder(context)), addresses: {}, need: [] })
  assert.deepEqual([stack.kafkaBrokers, stack.schemaRegistryUrl, stack.redisUrl], [[], '', undefined])
  await stack.stop()
})

test('without Java the stack says so and gives its folder back', async (context) => {
  const needy = { ...options(temporaryFolder(context)), addresses: {} }
  await assert.rejects(startStack(needy), { code: 'javaMissing' })
  await assert.rejects(startStack(needy), { code: 'javaMissing' })
})

test('a folder serves one stack at a time', async (context) => {
  const given = options(temporaryFolder(context))
  const stack = await startStack(given)
  await assert.rejects(startStack(given), { code: 'folderInUse', message: /Another stack runs in .*stack: stop it/ })
  await stack.stop()
  await (await startStack(given)).stop()
})
