// The client as somebody has it who knows nothing of this repository: from a tarball, in a folder elsewhere.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { packageClient } from '@waybill/deploy/package-client'
import { runCommand } from '@waybill/deploy/run-command'
import { complete } from '@waybill/client/complete'
import { contentHash } from '@waybill/routing/hash'
import { onPlatform } from '../integrity/run.ts'
import { noBroker } from './kafka-broker.ts'

const input = { tenant: 'elsewhere', id: 'packed-1', messages: [{ role: 'user', text: 'Say hello.' }] } as const
const folder = mkdtempSync(join(tmpdir(), 'waybill-elsewhere-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a script there with the same Node, and gives what it printed as JSON. */
async function run(name: string, script: string, ...parameters: readonly string[]): Promise<unknown> {
  const path = join(folder, name)
  writeFileSync(path, script)
  const { exitCode, output } = await runCommand(process.execPath, [path, ...parameters])
  assert.equal(exitCode, 0, output)
  return JSON.parse(output)
}

before(async () => {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'elsewhere', private: true, type: 'module' }))
  const tarball = await packageClient(folder)
  const order = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  const { exitCode, output } = await runCommand('npm', [...order, tarball])
  assert.equal(exitCode, 0, output)
})

test('the packed client runs as plain JavaScript and computes the hash that the router computes', async () => {
  const script = `
    import { connect, RequestTimeout } from '@waybill/client/client'
    import { complete } from '@waybill/client/complete'
    import { contentHash } from '@waybill/client/hash'
    const hash = contentHash(complete(${JSON.stringify(input)}))
    console.log(JSON.stringify([typeof connect, new RequestTimeout('late').name, hash]))
  `
  assert.deepEqual(await run('hash.mjs', script), ['function', 'RequestTimeout', contentHash(complete(input))])
})

test('the packed client brings its types', async () => {
  writeFileSync(
    join(folder, 'typed.ts'),
    `
    import type { Client } from '@waybill/client/client'
    export async function ask(client: Client): Promise<string> {
      const { status, answer } = await client.request(${JSON.stringify(input)})
      // @ts-expect-error -- there is no such status
      return status === 'unheard-of' ? '' : (answer?.text ?? '')
    }
    `,
  )
  const modules = join(import.meta.dirname, '../../node_modules')
  const order = '--ignoreConfig --noEmit --strict --module nodenext --target es2025 --types node --typeRoots'.split(' ')
  const compiler = [join(modules, 'typescript/bin/tsc'), ...order, join(modules, '@types'), join(folder, 'typed.ts')]
  const { exitCode, output } = await runCommand(process.execPath, compiler)
  assert.equal(exitCode, 0, output)
})

test('the packed client holds nothing that it does not need', () => {
  const installed = join(folder, 'node_modules/@waybill/client')
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
  assert.deepEqual(
    files.filter((path) => /(?<!\.d)\.ts$|\.test\.|redis|task\//u.test(path)),
    [],
  )
  assert.ok(files.includes('LICENSE') && files.includes('README.md'))
})

test('the packed client gets a reply through real Kafka', { skip: noBroker }, async (t) => {
  const script = `
    import { connect } from '@waybill/client/client'
    const [brokers, url, prefix] = process.argv.slice(2)
    const client = await connect({ kafka: { brokers: brokers.split(',') }, registry: { url }, prefix })
    const { tenant, id, status } = await client.request(${JSON.stringify(input)})
    await client.close()
    console.log(JSON.stringify({ tenant, id, status }))
  `
  await onPlatform({ replicas: 1, progress: (line) => t.diagnostic(line) }, async ({ stack, settings }) => {
    const { schemaRegistryUrl, topicPrefix } = settings
    const reply = await run('request.mjs', script, stack.kafkaBrokers.join(','), schemaRegistryUrl, topicPrefix)
    assert.deepEqual(reply, { tenant: input.tenant, id: input.id, status: 'completed' })
  })
})
