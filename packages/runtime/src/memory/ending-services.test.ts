import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bench, endingServices } from '../conformance/counting-bench.ts'
import { memoryUnderTest } from './under-test.ts'

test('what a case has found is what its test says, and its services are stopped', async () => {
  const started: Promise<unknown>[] = []
  const [failing] = endingServices([
    [
      'a case that fails with a service under way',
      async (cluster) => {
        const run = await bench(cluster)
        const { ended } = await run.start(run.stage())
        started.push(ended)
        throw new Error('what the case has found')
      },
    ],
  ])
  await assert.rejects(async () => failing?.[1](await memoryUnderTest()), /^Error: what the case has found$/u)
  assert.deepEqual(await Promise.all(started), [undefined])
})
