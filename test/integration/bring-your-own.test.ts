// The whole product on servers that somebody brought along, who lets nobody in without a certificate, a name and a right.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { accountOf, isClean } from '@waybill/cli/demo/account'
import { gather } from '@waybill/cli/demo/evidence'
import { exampleRequests } from '@waybill/cli/demo/examples'
import { sendAll } from '@waybill/cli/demo/load'
import type { Platform } from '@waybill/cli/platform/platform'
import { startPlatform } from '@waybill/cli/platform/platform'
import { environmentWith, settingsOver } from '@waybill/runtime/config'
import { startSimulator } from '@waybill/simulator/server'
import { administer } from './administrator.ts'
import { noBroker } from './kafka-broker.ts'
import type { SecuredServers } from './secured-servers.ts'
import { administrator, inFile, listening, service, startSecuredServers } from './secured-servers.ts'

const keys = { openai: 'key of openai', anthropic: 'key of anthropic', gemini: 'key of gemini' } as const
const command = join(import.meta.dirname, '../../packages/cli/src/main.ts')
const requests = 60

interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const run = (program: string, given: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(program, [...given], { env: environment }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr })
    })
  })

const vendorOf = (path: string): string =>
  path.startsWith('/v1/messages') ? 'anthropic' : path.includes('generateContent') ? 'gemini' : 'openai'

/** Stands before the simulator, and keeps the keys that it sees. */
function vendorsBefore(url: URL, seen: Set<string>): Server {
  return createServer((asked, answer) => {
    const { headers, method, url: path } = asked
    const given = headers.authorization?.replace('Bearer ', '') ?? headers['x-api-key'] ?? headers['x-goog-api-key']
    seen.add(`${vendorOf(path ?? '')}: ${String(given)}`)
    const onward = request({ host: url.hostname, port: url.port, path, method, headers }, (found) => {
      answer.writeHead(found.statusCode ?? 502, found.headers)
      found.pipe(answer)
    })
    asked.pipe(onward)
  })
}

/** Servers of somebody else, vendors, and the settings for both. */
interface Brought {
  readonly servers: SecuredServers
  readonly simulatorUrl: string
  /** The keys that the vendors have seen. */
  readonly seen: ReadonlySet<string>
  readonly settings: Readonly<Record<string, string>>
  /** A command of ours, as somebody types it: with these settings, and some of them changed. */
  readonly waybill: (given: readonly string[], changed?: Readonly<Record<string, string>>) => Promise<Ended>
  stop(): Promise<void>
}

const folder = mkdtempSync(join(tmpdir(), 'waybill-brought-'))

async function bring(): Promise<Brought> {
  const servers = await startSecuredServers(folder)
  const simulator = await startSimulator({ latencyScale: 0.2 })
  const seen = new Set<string>()
  const vendors = vendorsBefore(new URL(simulator.url), seen)
  const vendor = `http://127.0.0.1:${await listening(vendors)}`
  // What NODE_EXTRA_CA_CERTS does for a process that starts: this one runs already.
  const trusted = getCACertificates('default')
  setDefaultCACertificates([...trusted, readFileSync(servers.certificate, 'utf8')])
  const settings = {
    ...servers.settings,
    WAYBILL_PREFIX: 'team-a.waybill.',
    WAYBILL_PARTITIONS: '2',
    WAYBILL_OPENAI_URL: `${vendor}/v1`,
    WAYBILL_ANTHROPIC_URL: vendor,
    WAYBILL_GEMINI_URL: vendor,
    OPENAI_API_KEY_FILE: inFile(folder, 'openai', keys.openai),
    ANTHROPIC_API_KEY_FILE: inFile(folder, 'anthropic', keys.anthropic),
    GEMINI_API_KEY_FILE: inFile(folder, 'gemini', keys.gemini),
  }
  return {
    servers,
    simulatorUrl: simulator.url,
    seen,
    settings,
    waybill: (given, changed = {}) =>
      run(process.execPath, [command, ...given], environmentWith(settingsOver<string>(settings, changed))),
    async stop() {
      setDefaultCACertificates(trusted)
      vendors.close()
      await Promise.all([simulator.close(), servers.stop()])
    },
  }
}

const brought = noBroker === false ? await bring() : undefined
const skip = noBroker
after(async () => {
  await brought?.stop()
  rmSync(folder, { recursive: true, force: true })
})

function ours(): Brought {
  assert.ok(brought)
  return brought
}

test('who may not create topics is told what an administrator runs', { skip }, async () => {
  const { exitCode, stderr } = await ours().waybill(['topics', '--create'])
  assert.equal(exitCode, 1)
  assert.match(stderr, /the user may not do this with a topic.*topics --print --user NAME/u)
})

test('what is printed gives the services all that they need', { skip }, async () => {
  const { servers, waybill } = ours()
  const { stdout } = await waybill(['topics', '--print', '--user', service.username])
  const access = { brokers: servers.brokers, ca: readFileSync(servers.certificate), ...administrator }
  await administer(stdout, access, folder, async (script, path) => {
    assert.deepEqual(await run('sh', ['-c', script], { PATH: path }), { exitCode: 0, stdout: '', stderr: '' })
  })
  // A broker hears of a new right a moment after it is given. Then nothing is left to create, and the schemas register.
  let created = await waybill(['topics', '--create'])
  for (let again = 0; created.exitCode !== 0 && again < 10; again++) created = await waybill(['topics', '--create'])
  assert.equal(created.exitCode, 0, created.stderr)
})

test('every service works, each request has one reply, each vendor sees its own key', { skip }, async (t) => {
  const { servers, settings, simulatorUrl, seen, waybill } = ours()
  const progress = (line: string): void => {
    t.diagnostic(line)
  }
  const platform = await startPlatform({
    progress,
    fresh: true,
    profile: 'test',
    folder: join(folder, 'ours'),
    settings,
  })
  try {
    const { broker, registry, redis } = platform.stack
    assert.deepEqual([broker, registry, redis], [undefined, undefined, undefined])
    await sendAll(platform.client, exampleRequests(requests), 20, () => undefined)
    const account = await accounted(platform, simulatorUrl)
    assert.ok(isClean(account), JSON.stringify(account))
    assert.equal(account.completed, account.requests)
    const own = Object.entries(keys).map(([vendor, key]) => `${vendor}: ${key}`)
    assert.deepEqual([...seen].toSorted(), own.toSorted())
    assert.notEqual(await servers.keysInRedis(), 0, 'answers are in Redis')
    await commandsWork(waybill)
  } finally {
    await platform.stop()
  }
})

const wrongs: readonly (readonly [what: string, changed: Readonly<Record<string, string>>, said: RegExp])[] = [
  ['an authority that nobody trusts', { NODE_EXTRA_CA_CERTS: '' }, /signed by nobody.*NODE_EXTRA_CA_CERTS/u],
  ['a wrong password', { KAFKA_PASSWORD: 'wrong horse' }, /not let in.*KAFKA_PASSWORD/u],
  ['a mechanism that the broker has not', { KAFKA_SASL_MECHANISM: 'scram-sha-256' }, /KAFKA_SASL_MECHANISM/u],
  [
    'no login',
    { KAFKA_SASL_MECHANISM: '', KAFKA_USERNAME: '', KAFKA_PASSWORD_FILE: '' },
    /closes the connection.*KAFKA_SASL_MECHANISM/u,
  ],
  ['no TLS', { KAFKA_TLS: 'false' }, /closes the connection.*KAFKA_TLS/u],
  ['nobody there', { KAFKA_BROKERS: '127.0.0.1:1' }, /nothing listens there.*KAFKA_BROKERS/u],
  ['a prefix of others', { WAYBILL_PREFIX: 'team-b.' }, /no topic team-b\.requests.*the prefix/u],
  [
    'a wrong password of the registry',
    { SCHEMA_REGISTRY_PASSWORD: 'wrong horse' },
    /refuses the user \(401\).*SCHEMA_REGISTRY_PASSWORD/u,
  ],
]
for (const [what, changed, said] of wrongs)
  test(`${what}: it says which setting`, { skip }, async () => {
    const { exitCode, stdout, stderr } = await ours().waybill(['send', '--text', 'Hello?'], changed)
    assert.deepEqual([exitCode, stdout], [1, ''])
    assert.match(stderr, said)
    assert.doesNotMatch(stderr, /horse|a:b/u)
  })

test('Redis with a wrong password: the doctor says which setting, and not the password', { skip }, async () => {
  const { settings, waybill } = ours()
  const changed = { REDIS_URL: (settings['REDIS_URL'] ?? '').replace(/:[^:@]*@/u, ':horse@') }
  const { stdout } = await waybill(['doctor', '--json'], changed)
  assert.match(stdout, /does not let the user in.*REDIS_URL/u)
  assert.doesNotMatch(stdout, /horse/u)
})

async function accounted(platform: Platform, simulatorUrl: string): Promise<ReturnType<typeof accountOf>> {
  for (const end = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    const { log, codec } = await platform.reader()
    const { partitions } = platform.settings
    const account = accountOf(await gather({ log, codec, partitions, simulatorUrl }))
    await log.close()
    if ((account.lost === 0 && account.unaccounted === 0) || Date.now() > end) return account
  }
}

/** What a person does next. */
async function commandsWork(waybill: (given: readonly string[]) => Promise<Ended>): Promise<void> {
  const sent = await waybill(['send', '--text', 'Name three harbours.', '--json'])
  assert.equal(sent.exitCode, 0, sent.stderr)
  const reply: unknown = JSON.parse(sent.stdout)
  assert.ok(typeof reply === 'object' && reply !== null && 'status' in reply && 'id' in reply)
  assert.equal(reply.status, 'completed')
  const told = await waybill(['explain', String(reply.id)])
  assert.equal(told.exitCode, 0, told.stderr)
  assert.match(told.stdout, /completed/u)
  const checked = await waybill(['doctor', '--json'])
  assert.equal(checked.exitCode, 0, checked.stdout)
  assert.match(checked.stdout, /"well":true/u)
}
