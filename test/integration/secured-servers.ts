// The servers of somebody who is careful: Kafka with TLS, a login and rights, a registry with TLS and a password, Redis
// with TLS and a user. None of them trusts anybody, and their certificate is one that no system knows.
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttpsServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { request } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { startBroker } from '@waybill/deploy/broker'
import type { Certificate } from '@waybill/deploy/certificate'
import { makeCertificate } from '@waybill/deploy/certificate'
import { installKafka } from '@waybill/deploy/install'
import { findJava } from '@waybill/deploy/java'
import { choosePort } from '@waybill/deploy/ports'
import { startStack } from '@waybill/deploy/stack'
import { cache } from './kafka-broker.ts'

/** Who the services run as: may do nothing until somebody says so. */
export const service = { username: 'waybill', password: 'correct horse' } as const
export const administrator = { username: 'administrator', password: 'battery staple' } as const
/** Odd on purpose: a password of Redis stands in a URL, and one of the registry behind a colon. */
const registryUser = { username: 'reader', password: 'a:b ü' } as const
const redisUser = { username: 'waybill', password: 'p@ss/wörd?' } as const

export interface SecuredServers {
  /** A PEM file with what clients must trust. */
  readonly certificate: string
  readonly brokers: readonly string[]
  /** Settings of the service, with its secrets in files. */
  readonly settings: Readonly<Record<string, string>>
  /** Undefined where there is no Redis here. */
  keysInRedis(): Promise<number | undefined>
  stop(): Promise<void>
}

export const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address: AddressInfo | string | null = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })

const keysOf = ({ keystore, password }: Certificate): { readonly pfx: Buffer; readonly passphrase: string } => ({
  pfx: readFileSync(keystore),
  passphrase: password,
})

/** Passes on what comes over TLS: for a server that cannot speak it itself. */
function tlsBefore(certificate: Certificate, port: number): Server {
  return createTlsServer(keysOf(certificate), (secure) => {
    const plain = connect(port, '127.0.0.1')
    for (const socket of [secure, plain]) socket.on('error', () => socket.destroy())
    secure.on('close', () => plain.destroy())
    plain.on('close', () => secure.destroy())
    secure.pipe(plain).pipe(secure)
  })
}

/** As above over HTTP, and only for who knows the password. */
function loginBefore(certificate: Certificate, origin: URL): Server {
  const { username, password } = registryUser
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  return createHttpsServer(keysOf(certificate), (asked: IncomingMessage, answer: ServerResponse) => {
    const { authorization, ...headers } = asked.headers
    if (authorization !== expected) {
      answer.writeHead(401, { 'content-type': 'text/html' }).end('<html><body>Unauthorized</body></html>')
      return
    }
    const options = { host: origin.hostname, port: origin.port, path: asked.url, method: asked.method, headers }
    const onward = request(options, (found) => {
      answer.writeHead(found.statusCode ?? 502, found.headers)
      found.pipe(answer)
    })
    onward.on('error', () => answer.writeHead(502).end())
    asked.pipe(onward)
  })
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
    if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
      server.closeAllConnections()
  })

/** What a Redis that does not speak TLS says for itself. */
async function sizeOf(port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1')
  const { username, password } = redisUser
  const size = Buffer.byteLength(password)
  socket.write(`*3\r\n$4\r\nAUTH\r\n$${username.length}\r\n${username}\r\n$${size}\r\n${password}\r\nDBSIZE\r\n`)
  let said = ''
  for await (const bytes of socket) {
    said += String(bytes)
    const [, count] = /:(\d+)\r\n/u.exec(said) ?? []
    if (count !== undefined) return Number(count)
  }
  throw new Error(`Redis says ${said}`)
}

/** A secret as it is mounted: alone in a file, with a line's end. */
export function inFile(folder: string, name: string, value: string): string {
  const file = join(folder, name)
  writeFileSync(file, `${value}\n`, { mode: 0o600 })
  return file
}

async function startSecuredBroker(folder: string, tls: Certificate) {
  const java = await findJava(undefined)
  const port = await choosePort(0)
  const broker = await startBroker({
    java,
    jars: await installKafka(cache, java, console.error),
    folder: join(folder, 'kafka'),
    pidFile: join(folder, 'broker.json'),
    port,
    controllerPort: await choosePort(port + 1),
    profile: 'test',
    sasl: [administrator, service],
    tls,
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // Who has no name is the controller: its listener is nobody's but the broker's.
      'super.users': `User:${administrator.username};User:ANONYMOUS`,
    },
    flags: () => [],
  })
  return { broker, brokers: [`127.0.0.1:${port}`] }
}

export async function startSecuredServers(folder: string): Promise<SecuredServers> {
  const tls = await makeCertificate(await findJava(undefined), folder)
  const { broker, brokers } = await startSecuredBroker(folder, tls)
  const stack = await startStack({
    folder: join(folder, 'stack'),
    cache,
    addresses: {},
    need: ['registry', 'redis'],
    profile: 'test',
    ports: { registry: 0, redis: 0 },
    redisUser,
    progress: console.error,
  })
  const registryUrl = new URL(stack.schemaRegistryUrl)
  const registry = loginBefore(tls, registryUrl)
  const redis = stack.redisUrl === undefined ? undefined : tlsBefore(tls, Number(new URL(stack.redisUrl).port))
  const redisAccess = `${encodeURIComponent(redisUser.username)}:${encodeURIComponent(redisUser.password)}`
  const settings = {
    NODE_EXTRA_CA_CERTS: tls.file,
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_TLS: 'true',
    KAFKA_SASL_MECHANISM: 'scram-sha-512',
    KAFKA_USERNAME: service.username,
    KAFKA_PASSWORD_FILE: inFile(folder, 'kafka-password', service.password),
    SCHEMA_REGISTRY_URL: `https://127.0.0.1:${await listening(registry)}${registryUrl.pathname}`,
    SCHEMA_REGISTRY_USER: registryUser.username,
    SCHEMA_REGISTRY_PASSWORD_FILE: inFile(folder, 'registry-password', registryUser.password),
    ...(redis === undefined ? {} : { REDIS_URL: `rediss://${redisAccess}@127.0.0.1:${await listening(redis)}` }),
  }
  return {
    certificate: tls.file,
    brokers,
    settings,
    keysInRedis: async () => (stack.redisUrl === undefined ? undefined : sizeOf(Number(new URL(stack.redisUrl).port))),
    async stop() {
      await Promise.all([registry, ...(redis === undefined ? [] : [redis])].map(closed))
      await Promise.all([broker.stop(), stack.stop()])
    },
  }
}
