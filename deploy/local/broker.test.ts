import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverProperties } from './broker.ts'

const listening = { port: 1092, controllerPort: 1093 }

function read(options: Parameters<typeof serverProperties>[0]): ReadonlyMap<string, string> {
  const lines = serverProperties(options, 'data').trimEnd().split('\n')
  const settings = lines.map((line): [string, string] => {
    const [name = ''] = line.split('=')
    return [name, line.slice(name.length + 1)]
  })
  assert.equal(new Set(settings.map(([name]) => name)).size, settings.length)
  return new Map(settings)
}

test('the broker listens on this machine only and creates no topics by itself', () => {
  const settings = read(listening)
  assert.equal(settings.get('listeners'), 'PLAINTEXT://127.0.0.1:1092,CONTROLLER://127.0.0.1:1093')
  assert.equal(settings.get('advertised.listeners'), 'PLAINTEXT://127.0.0.1:1092')
  assert.equal(settings.get('auto.create.topics.enable'), 'false')
  assert.equal(settings.get('log.dirs'), 'data')
})

test('a restart after a kill does not wait for the session of the dead broker', () => {
  const settings = read(listening)
  assert.equal(settings.get('broker.session.timeout.ms'), '1000')
  assert.equal(settings.get('group.initial.rebalance.delay.ms'), '0')
})

test('with a user and a certificate there is no way in without them', () => {
  const settings = read({
    ...listening,
    sasl: [{ username: 'waybill', password: 'correct horse' }],
    tls: { keystore: 'server.p12', password: 'secret', file: 'server.pem' },
  })
  assert.equal(settings.get('listeners'), 'SASL_SSL://127.0.0.1:1092,CONTROLLER://127.0.0.1:1093')
  assert.equal(settings.get('inter.broker.listener.name'), 'SASL_SSL')
  assert.equal(settings.get('listener.security.protocol.map'), 'CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL')
  assert.equal(settings.get('sasl.enabled.mechanisms'), 'PLAIN,SCRAM-SHA-512')
  assert.match(settings.get('listener.name.sasl_ssl.plain.sasl.jaas.config') ?? '', /user_waybill="correct horse";$/)
  assert.equal(settings.get('ssl.keystore.location'), 'server.p12')
})

test('properties that are given win over ours', () => {
  const settings = read({ ...listening, properties: { 'num.io.threads': 8, 'log.retention.ms': 1000 } })
  assert.equal(settings.get('num.io.threads'), '8')
  assert.equal(settings.get('log.retention.ms'), '1000')
})
