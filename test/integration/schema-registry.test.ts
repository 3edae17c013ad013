// The conformance suite of schema registries on a real one, and what only a real one can do: be away.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startStack } from '@waybill/deploy/stack'
import { registryConformance } from '@waybill/runtime/conformance/schema-registry'
import { confluentRegistry } from '@waybill/runtime/registry/confluent-registry'
import { cache, noBroker } from './kafka-broker.ts'

registryConformance(
  'apicurio',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-registry-'))
    const stack = await startStack({
      folder,
      cache,
      addresses: {},
      need: ['registry'],
      profile: 'test',
      ports: { registry: 0 },
      progress: (line) => {
        console.error(line)
      },
    })
    return {
      registry: confluentRegistry({ url: stack.schemaRegistryUrl }),
      async close() {
        await stack.stop()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  },
  noBroker,
)

test('a registry that is away is said to be, and where it was looked for', async () => {
  // Nobody has this port, and fetch refuses many others of its kind.
  const away = confluentRegistry({ url: 'http://127.0.0.1:4' })
  await assert.rejects(away.schemaOf(1), {
    code: 'unavailable',
    message: /nothing listens there.*SCHEMA_REGISTRY_URL/u,
  })
  await assert.rejects(away.register('away-value', '"string"'), { code: 'unavailable' })
})
