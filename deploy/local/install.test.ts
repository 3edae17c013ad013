import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { install } from './install.ts'
import { StackError } from './stack-error.ts'
import { temporaryFolder } from './temporary-folder.ts'

const quiet = (): void => undefined

test('of two installs at the same time one fetches and both get the folder', async (context) => {
  const cache = temporaryFolder(context)
  let fetches = 0
  const fill = async (folder: string): Promise<void> => {
    fetches += 1
    await delay(20)
    writeFileSync(join(folder, 'jar'), 'whole')
  }
  const lines: string[] = []
  const one = (): Promise<string> => install(cache, 'kafka', 'Kafka', (line) => lines.push(line), fill)
  const [first, second] = await Promise.all([one(), one()])
  assert.equal(first, second)
  assert.equal(readFileSync(join(first, 'jar'), 'utf8'), 'whole')
  assert.equal(fetches, 1)
  assert.equal(lines.filter((line) => line.startsWith('waiting')).length, 1)
  assert.deepEqual(readdirSync(cache), ['kafka'])
})

test('what a killed install has left is fetched anew', async (context) => {
  const cache = temporaryFolder(context)
  mkdirSync(join(cache, 'kafka.unfinished-x'))
  writeFileSync(join(cache, 'kafka.unfinished-x', 'half'), '')
  writeFileSync(join(cache, 'kafka.lock'), JSON.stringify({ pid: process.pid, started: 'long ago' }))
  const folder = await install(cache, 'kafka', 'Kafka', quiet, async (unfinished) => {
    writeFileSync(join(unfinished, 'jar'), '')
    await delay(0)
  })
  assert.deepEqual(readdirSync(folder), ['jar'])
  assert.deepEqual(readdirSync(cache), ['kafka'])
})

test('a fetch that fails is tried once more and then leaves nothing', async (context) => {
  const cache = temporaryFolder(context)
  let tries = 0
  const failing = install(cache, 'kafka', 'Kafka', quiet, () => {
    tries += 1
    return Promise.reject(new StackError('installFailed', 'no network'))
  })
  await assert.rejects(failing, { code: 'installFailed', message: 'no network' })
  assert.equal(tries, 2)
  assert.deepEqual(readdirSync(cache), [])
})
