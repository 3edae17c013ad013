import { deepEqual, equal, match } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { at } from './given.ts'
import { parseJson, stringAt } from './json.ts'

interface Process {
  readonly url: string
  readonly child: ChildProcess
}

const main = join(import.meta.dirname, 'main.ts')

async function started(context: TestContext, ...options: readonly string[]): Promise<Process> {
  const child = spawn(process.execPath, [main, '--latency-scale', '0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  context.after(() => child.kill('SIGKILL'))
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = parseJson(line)
    equal(at(ready, 'ready'), true)
    return { url: stringAt(ready, 'url') ?? '', child }
  }
  throw new Error('it ended before it was ready')
}

async function asked(url: string): Promise<number> {
  const body = JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'Hello?' }] })
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer k' },
    body,
  })
  await response.arrayBuffer()
  return response.status
}

test('a process says where it listens, answers, and ends when it is told to', async (context) => {
  const { url, child } = await started(context)
  match(url, /^http:\/\/127\.0\.0\.1:\d+$/u)
  equal(await asked(url), 200)
  child.kill('SIGTERM')
  deepEqual(await once(child, 'exit'), [0, null])
})

test('the ledger of a killed process is there when the next one starts', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'ledger.jsonl')
  const first = await started(context, '--ledger-file', file)
  await asked(first.url)
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  const second = await started(context, '--ledger-file', file)
  await asked(second.url)
  const summary: unknown = await (await fetch(`${second.url}/ledger/summary`)).json()
  deepEqual([at(summary, 'calls'), at(summary, 'billed')], [2, 2])
})
