import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { choosePort, isPortFree } from './ports.ts'

test('the wanted port is taken if it is free, else another one', async (context) => {
  const free = await choosePort(0)
  assert.equal(await choosePort(free), free)
  const server = createServer().listen(free, '127.0.0.1')
  context.after(() => server.close())
  await once(server, 'listening')
  assert.equal(await isPortFree(free), false)
  const other = await choosePort(free)
  assert.notEqual(other, free)
  assert.equal(await isPortFree(other), true)
})
