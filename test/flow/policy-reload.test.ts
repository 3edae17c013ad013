// A router whose policy file changes under it.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { Client } from '@waybill/client/client'
import { startRouter } from '@waybill/router/service'
import { systemClock } from '@waybill/runtime/clock'
import { readSettings, SettingsError } from '@waybill/runtime/config'
import { until } from '@waybill/runtime/conformance/observe'
import { MemoryCluster } from '@waybill/runtime/memory/cluster'
import { MemoryLog } from '@waybill/runtime/memory/log'
import type { Logger } from '@waybill/runtime/observability/logger'
import { openLogger } from '@waybill/runtime/observability/logger'
import { watchPolicy } from '@waybill/runtime/policy-file'
import type { Codec } from '@waybill/runtime/registry/codec'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import { schemasOf } from '@waybill/runtime/task/stage'
import type { Decision } from '@waybill/schemas/generated/decision'
import { decisions, topics } from '@waybill/schemas/topics'

const text = readFileSync(new URL('../../deploy/policies/default.yaml', import.meta.url), 'utf8')
const version = (name: string): string => text.replace(/^version: .*$/mu, `version: ${name}`)
const broken = version('broken').replace(/^otherClasses: .*$/mu, 'otherClasses: of-no-tier')

interface Office {
  /** Writes the file. */
  readonly put: (policy: string) => void
  /** Removes it. */
  readonly lose: () => void
  /** Waits for a log line with this code, newer than those that were asked for before. */
  readonly told: (code: string) => Promise<string>
  /** The policy that a request is decided under now. */
  readonly inForce: () => Promise<string | undefined>
}

/** Follows the decisions of one partition. */
function decisionsOf(log: MemoryLog, codec: Codec): ReadonlyMap<string, Decision> {
  const byId = new Map<string, Decision>()
  log.follow({
    topic: decisions.name,
    partition: 0,
    offset: 0,
    hasRoom: () => true,
    deliver(records) {
      for (const { value } of records) {
        const decoded = codec.decode(decisions.value, value)
        if (decoded.kind === 'value') byId.set(decoded.value.id, decoded.value)
      }
    },
    fail: () => undefined,
  })
  return byId
}

/** A log in memory, and what reads and writes it. */
async function openTown(): Promise<{ readonly cluster: MemoryCluster; readonly codec: Codec }> {
  const cluster = new MemoryCluster()
  for (const { name, maxMessageBytes } of topics()) cluster.createTopic(name, 1, maxMessageBytes)
  return { cluster, codec: await openCodec(memoryRegistry(), schemasOf(topics(), '')) }
}

/** A router with the policy of a file, and a client beside it. */
async function startOn(t: TestContext, file: string, logger: Logger): Promise<Pick<Office, 'inForce'>> {
  const { cluster, codec } = await openTown()
  const router = await startRouter({
    settings: readSettings({ WAYBILL_PARTITIONS: '1' }),
    log: new MemoryLog(cluster),
    codec,
    clock: systemClock,
    logger,
    processId: 'one',
    watchPolicy: (take) => {
      t.after(watchPolicy(file, logger, take, 5))
    },
    onEvent: () => undefined,
  })
  const client = new Client(new MemoryLog(cluster), codec, 1)
  t.after(async () => {
    await Promise.all([router.stop(), client.close()])
  })
  const made = decisionsOf(new MemoryLog(cluster), codec)
  return {
    async inForce() {
      const id = `${made.size}`
      await client.send({ tenant: 'acme', id, messages: [{ role: 'user', text: `Number ${id}` }] })
      await until(() => made.has(id))
      return made.get(id)?.policy?.split('-')[0]
    },
  }
}

async function openOffice(t: TestContext): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), 'policy-'))
  const file = join(folder, 'policy.yaml')
  writeFileSync(file, version('one'))
  const lines: string[] = []
  const logger = openLogger('info', { service: 'router' }, { write: (line) => void lines.push(line) })
  const started = await startOn(t, file, logger)
  t.after(() => {
    rmSync(folder, { recursive: true })
  })
  return {
    ...started,
    put: (policy) => {
      writeFileSync(file, policy)
    },
    lose: () => {
      rmSync(file)
    },
    async told(code) {
      const find = (): string | undefined => lines.find((line) => line.includes(`"${code}"`))
      await until(() => find() !== undefined)
      const line = find() ?? ''
      lines.length = 0
      return line
    },
  }
}

test('a new policy file is in force without a restart; one that is none is told of, and the old one stays', async (t) => {
  const { put, lose, told, inForce } = await openOffice(t)
  assert.equal(await inForce(), 'one')
  put(broken)
  assert.match(await told('policy_kept'), /otherClasses: .*of-no-tier/u)
  assert.equal(await inForce(), 'one')
  put(version('two'))
  await told('policy_loaded')
  assert.equal(await inForce(), 'two')
  lose()
  await told('policy_kept')
  assert.equal(await inForce(), 'two')
})

function refuse(): never {
  throw new Error('no policy')
}

test('a process does not start on a policy that is none', () => {
  const logger = openLogger('silent', {})
  assert.throws(() => watchPolicy(import.meta.filename, logger, refuse), SettingsError)
  assert.throws(() => watchPolicy('/nowhere/policy.yaml', logger, () => undefined), SettingsError)
})
