import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { catalogueOf } from '@waybill/routing/catalogue/catalogue'
import { given, targetOf } from '@waybill/routing/given'
import { readSettings, unknownSettings } from '@waybill/runtime/config'
import { topicConfig } from '@waybill/runtime/kafka/admin'
import { decisions, deadLetters, replies, requests, routerChangelog, topics } from '@waybill/schemas/topics'
import { deadLetterFindings } from './dead-letters-check.ts'
import type { Finding } from './finding.ts'
import { messageOf } from './finding.ts'
import { groupFindings, groups } from './groups-check.ts'
import { doctorPage } from './page.ts'
import { checkRedis } from './redis-check.ts'
import { retirementFindings } from './retirement-check.ts'
import { schemaFindings } from './schemas-check.ts'
import { pinFindings } from './pin-check.ts'
import {
  accountFindings,
  certificateFindings,
  keyFindings,
  securityFindings,
  unknownFindings,
} from './settings-check.ts'
import { topicsFindings } from './topics-check.ts'

const expected = { prefix: 'waybill.', partitions: 4 }
const asTheTable = topics().map((row) => ({ name: row.name, partitions: 4, config: topicConfig(row) }))

/** The findings when one topic has other settings than the table. */
function having(name: string, config: Readonly<Record<string, string>>, partitions = 4): readonly Finding[] {
  const described = asTheTable.map((topic) =>
    topic.name === name ? { name, partitions, config: { ...topic.config, ...config } } : topic,
  )
  return topicsFindings(topics(), described, expected).filter(({ level }) => level !== 'fine')
}

const short = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ level, where, what }) => `${level} ${where}: ${what}`)

test('topics as the table has them are fine', () => {
  assert.deepEqual(
    topicsFindings(topics(), asTheTable, expected).map(({ level }) => level),
    ['fine'],
  )
})

test('a topic that is not there, and one of another count', () => {
  assert.match(short(having(requests.name, {}, 0))[0] ?? '', /^wrong waybill\.requests: is not there/u)
  assert.match(short(having(requests.name, {}, 6))[0] ?? '', /has 6 partitions, and WAYBILL_PARTITIONS is 4/u)
  assert.equal(topicsFindings(topics(), [], expected).length, topics().length)
})

test('each setting of a topic that breaks something is named with its command', () => {
  const wrongs: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    [routerChangelog.name, { 'cleanup.policy': 'delete' }, /cleanup\.policy is delete, not compact/u],
    [requests.name, { 'message.timestamp.type': 'CreateTime' }, /message\.timestamp\.type is CreateTime/u],
    [requests.name, { 'max.message.bytes': '1048588' }, /large records are refused/u],
    [replies.name, { 'retention.ms': '-1' }, /retention\.ms is unlimited: it holds prompts or answers/u],
    [replies.name, { 'retention.ms': '604800000' }, /kept for 24 h at most/u],
    [replies.name, { 'retention.ms': '60000' }, /retention\.ms is 1 min, less than 24 h/u],
    [decisions.name, { 'retention.ms': '86400000' }, /less than 720 h/u],
  ]
  for (const [name, config, what] of wrongs) {
    const [finding, ...more] = having(name, config)
    assert.match(finding?.what ?? '', what)
    assert.deepEqual([finding?.level, finding?.where, more], ['wrong', `waybill.${name}`, []])
    assert.match(finding?.todo ?? '', /^kafka-configs\.sh --alter .* --entity-name waybill\..*=/u)
  }
})

test('more than is needed is fine: larger records, decisions for ever', () => {
  assert.deepEqual(having(requests.name, { 'max.message.bytes': '99999999' }), [])
  assert.deepEqual(having(decisions.name, { 'retention.ms': '-1' }), [])
  assert.deepEqual(short(having(replies.name, { 'segment.ms': '604800000' })).length, 1)
})

test('schemas: a subject that is not there, another schema, another compatibility', () => {
  const subject = 'waybill.requests-value'
  const of = (schema: 'registered' | 'absent' | 'noSubject', compatibility: string | null): string =>
    short(schemaFindings([{ subject, schema, compatibility }])).join()
  assert.match(of('registered', 'FULL_TRANSITIVE'), /^fine/u)
  assert.match(of('noSubject', null), /^wrong waybill\.requests-value: is not registered/u)
  assert.match(of('absent', 'FULL_TRANSITIVE'), /does not have the schema of this build/u)
  assert.match(of('registered', null), /compatibility of the registry’s default/u)
  assert.match(of('registered', 'BACKWARD'), /has compatibility BACKWARD/u)
})

test('groups: one without members is wrong, one far behind is to be looked at', () => {
  const [router] = groups
  assert.ok(router)
  const of = (members: number, lag: number): Finding | undefined =>
    groupFindings([{ group: router, members, lag }], 4)[0]
  assert.match(of(0, 7)?.what ?? '', /has no member \(7 offsets behind\): no request is decided/u)
  assert.deepEqual([of(1, 3)?.level, of(1, 5_000)?.level], ['fine', 'notice'])
  assert.match(of(4, 5_000)?.todo ?? '', /4 partitions bear no more members/u)
})

test('dead letters are told by kind, with an example', () => {
  const dead = {
    stage: 'router',
    reason: 'malformed',
    topic: 'requests',
    partition: 1,
    offset: 7,
    detail: 'no Request',
  }
  const where = `waybill.${deadLetters.name}`
  const findings = deadLetterFindings([dead, { ...dead, offset: 9 }, { ...dead, reason: 'wrong_magic' }], where)
  assert.deepEqual(short(findings), [
    'notice waybill.dead-letters: 2 records of requests could not be processed by router: malformed',
    'notice waybill.dead-letters: 1 record of requests could not be processed by router: wrong_magic',
  ])
  assert.match(findings[0]?.todo ?? '', /^The last one is requests\/1\/9: no Request\./u)
  assert.equal(deadLetterFindings([], where)[0]?.level, 'fine')
})

test('targets of the policy that their vendors take away are told with the day', () => {
  const ids = ['a/old', 'a/near', 'a/well', 'a/elsewhere'] as const
  const { policy } = given({ targets: ids.slice(0, 3).map((id) => ({ id })) })
  const days: Readonly<Record<string, number>> = { 'a/old': 1, 'a/near': 31, 'a/elsewhere': 1 }
  const targets = ids.map((id) => {
    const day = days[id]
    return targetOf({ id, target: { retiresAt: day === undefined ? null : Date.UTC(2027, 0, day) } })
  })
  const found = retirementFindings(policy, catalogueOf(targets), Date.UTC(2027, 0, 2))
  assert.deepEqual(short(found), [
    'wrong a/old: has retired on 2027-01-01, and no decision takes it',
    'notice a/near: retires on 2027-01-31',
  ])
  assert.equal(retirementFindings(policy, catalogueOf([]), 0)[0]?.level, 'fine')
})

test('settings: keys, and passwords in the clear', () => {
  assert.deepEqual(
    keyFindings(readSettings({ OPENAI_API_KEY: 'secret' })).map(({ level }) => level),
    ['fine', 'notice', 'notice'],
  )
  assert.doesNotMatch(JSON.stringify(keyFindings(readSettings({ OPENAI_API_KEY: 'secret' }))), /secret/u)
  const remote = readSettings({ KAFKA_BROKERS: 'broker.example:9092' })
  assert.deepEqual(short(securityFindings(remote)), [
    'notice KAFKA_TLS: is false, so prompts, answers and passwords travel in the clear',
  ])
  assert.deepEqual(securityFindings(readSettings({ KAFKA_BROKERS: '127.0.0.1:9092' })), [])
})

test('settings: a name that is none, and a file of certificates that is none', () => {
  const names = unknownSettings({
    WAYBILL_PARTITION: '8',
    WAYBILL_PREFIX: 'x.',
    OPENAI_API_KEY_FILE: 'y',
    HOME: '/',
    OPENAI_EU_API_KEY: 'k',
    WAYBILL_OPENAI_EU_URL: 'http://x',
  })
  assert.deepEqual(short(unknownFindings(names)), ['notice WAYBILL_PARTITION: is no setting: it changes nothing'])
  assert.match(
    short(certificateFindings(import.meta.filename))[0] ?? '',
    /^wrong NODE_EXTRA_CA_CERTS: .* cannot be read/u,
  )
  assert.deepEqual(certificateFindings(''), [])
})

test('the page sums up, and tells what to do', () => {
  const page = stripVTControlCharacters(doctorPage(having(requests.name, {}, 0)))
  assert.match(page, /^topics\n {2}✗ waybill\.requests: is not there\n {6}→ "waybill topics --create"/u)
  assert.match(page, /1 thing wrong, 0 things to look at\.$/u)
  assert.equal(doctorPage([]), 'All is well.')
})

/** Answers every command with the same line. */
async function answering(line: string): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => socket.write(line.repeat(bytes.toString().match(/^\*\d+\r$/gmu)?.length ?? 0)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const redisAt = async (redisUrl: string): Promise<Finding | undefined> =>
  (await checkRedis({ redisUrl, topicPrefix: 'waybill.' }))[0]

test('Redis: absent, there, refusing and gone; its password is never told', async () => {
  assert.equal((await redisAt(''))?.level, 'fine')
  const outcomes: (readonly [line: string, level: string, what: RegExp])[] = [
    ['$-1\r\n', 'fine', /lets us read/u],
    ['-WRONGPASS no such user\r\n', 'notice', /does not let the user in/u],
    ['-NOAUTH Authentication required.\r\n', 'notice', /wants a user/u],
    ["-NOPERM User u has no permissions to run the 'get' command\r\n", 'notice', /may not read/u],
  ]
  for (const [line, level, what] of outcomes) {
    const server = await answering(line)
    const found = await redisAt(`redis://user:secret@127.0.0.1:${server.port}`)
    await server.close()
    assert.equal(found?.level, level, line)
    assert.match(found.what, what)
    assert.doesNotMatch(JSON.stringify(found), /secret/u)
  }
  // Where nobody ever listens: another test may get a port that has just been given back.
  const gone = await redisAt('redis://user:secret@127.0.0.1:1')
  assert.deepEqual([gone?.level, gone?.where], ['notice', '127.0.0.1:1'])
  assert.match(gone?.what ?? '', /nothing listens there/u)
  assert.doesNotMatch(JSON.stringify(gone), /secret/u)
})

test('an error is told with the cause at its bottom', () => {
  const refused = new Error('connect ECONNREFUSED 127.0.0.1:1')
  const retries = new Error('too many retries', { cause: refused })
  assert.equal(
    messageOf(new Error('fetch failed', { cause: retries })),
    'fetch failed (connect ECONNREFUSED 127.0.0.1:1)',
  )
  assert.equal(
    messageOf(new Error('all', { cause: new AggregateError([refused], '') })),
    'all (connect ECONNREFUSED 127.0.0.1:1)',
  )
  assert.equal(messageOf(refused), refused.message)
})

test('a model without a dated id is told, once for all of its targets', () => {
  const [flash, pinned] = [targetOf({ id: 'gemini/flash', target: { pinned: false } }), targetOf({ id: 'openai/one' })]
  const [finding, ...more] = pinFindings([flash, { ...flash, id: 'gemini/flash+flex' }, pinned])
  assert.deepEqual([finding?.level, finding?.where, more], ['notice', 'flash', []])
  assert.deepEqual(
    pinFindings([pinned]).map(({ level }) => level),
    ['fine'],
  )
})

test('an account of the policy without a key here is told with the name of its setting', () => {
  const targets = ['eu', 'team-a', 'default', 'eu'].map((account) => ({ provider: 'openai', account }))
  const { accounts } = readSettings({ OPENAI_EU_API_KEY: 'k' })
  const findings = accountFindings(targets, { accounts })
  assert.deepEqual(
    findings.map(({ level, where }) => [level, where]),
    [
      ['fine', 'OPENAI_EU_API_KEY'],
      ['notice', 'OPENAI_TEAM_A_API_KEY'],
    ],
  )
})
