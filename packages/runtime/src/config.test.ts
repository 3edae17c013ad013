import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { accountKeyName } from './account-settings.ts'
import { readSettings, SettingsError, settingsOver } from './config.ts'
import { settingsTable } from './settings-table.ts'

const problemsOf = (environment: Readonly<Record<string, string>>): readonly string[] => {
  try {
    readSettings(environment)
    return []
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map(({ name, problem }) => `${name}: ${problem}`)
    throw error
  }
}

test('without an environment every setting has its default', () => {
  const settings = readSettings({})
  assert.deepEqual([settings.partitions, settings.topicPrefix, settings.kafkaTls], [4, 'waybill.', false])
  const { accounts, ...plain } = settings
  assert.equal(Object.keys(plain).length, Object.keys(settingsTable).length)
  assert.deepEqual(accounts, [])
})

test('keys of further accounts are found by their names, with where they are used', () => {
  const environment = {
    OPENAI_API_KEY: 'a',
    OPENAI_TEAM_A_API_KEY: 'b',
    WAYBILL_OPENAI_TEAM_A_URL: 'https://eu.example/v1',
    GEMINI_EU_API_KEY: 'c',
    GEMINI_EMPTY_API_KEY: '',
    MISTRAL_EU_API_KEY: 'd',
  }
  assert.deepEqual(readSettings(environment).accounts, [
    { provider: 'gemini', name: 'eu', apiKey: 'c', baseUrl: '' },
    { provider: 'openai', name: 'team-a', apiKey: 'b', baseUrl: 'https://eu.example/v1' },
  ])
  assert.equal(accountKeyName('openai', 'team-a'), 'OPENAI_TEAM_A_API_KEY')
  assert.deepEqual(problemsOf({ OPENAI_EU_API_KEY: 'b', WAYBILL_OPENAI_EU_URL: 'nowhere' }), [
    'WAYBILL_OPENAI_EU_URL: "nowhere" is no URL that begins with http:// or https://.',
  ])
})

test('every wrong setting is named at once, with what is wrong and what would be right', () => {
  const problems = problemsOf({
    KAFKA_BROKERS: 'localhost',
    SCHEMA_REGISTRY_URL: 'nowhere',
    WAYBILL_PARTITIONS: 'four',
    KAFKA_TLS: 'perhaps',
    LOG_LEVEL: 'loud',
  })
  assert.deepEqual(problems, [
    'KAFKA_BROKERS: "localhost" is no host:port, such as 127.0.0.1:9092.',
    'SCHEMA_REGISTRY_URL: "nowhere" is no URL that begins with http:// or https://.',
    'WAYBILL_PARTITIONS: "four" is no whole number of at least 1.',
    'KAFKA_TLS: "perhaps" is none of: true, false.',
    'LOG_LEVEL: "loud" is none of: debug, info, warn, error, silent.',
  ])
})

test('a URL that is none is not shown where it may hold a password', () => {
  const problems = problemsOf({ REDIS_URL: 'secret@redis.example' })
  assert.deepEqual(problems, ['REDIS_URL: what is set is no URL that begins with redis:// or rediss://.'])
})

test('a secret may stand in a file, and a file that cannot be read is said by its name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'))
  try {
    const file = join(folder, 'key')
    writeFileSync(file, 'secret\n')
    assert.equal(readSettings({ OPENAI_API_KEY_FILE: file }).openaiApiKey, 'secret')
  } finally {
    rmSync(folder, { recursive: true })
  }
  const [problem = ''] = problemsOf({ OPENAI_API_KEY_FILE: join(folder, 'gone') })
  assert.match(problem, /^OPENAI_API_KEY_FILE: the file cannot be read/u)
})

test('settings that are of use together only, and one that is set twice', () => {
  const file = import.meta.filename
  const wrongs: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [
      { KAFKA_SASL_MECHANISM: 'plain', KAFKA_USERNAME: 'me' },
      'KAFKA_SASL_MECHANISM: is set without KAFKA_PASSWORD: set all of them, or none.',
    ],
    [
      { KAFKA_PASSWORD_FILE: file },
      'KAFKA_PASSWORD: is set without KAFKA_SASL_MECHANISM and KAFKA_USERNAME: set all of them, or none.',
    ],
    [
      { SCHEMA_REGISTRY_USER: 'me' },
      'SCHEMA_REGISTRY_USER: is set without SCHEMA_REGISTRY_PASSWORD: set all of them, or none.',
    ],
    [
      { OPENAI_API_KEY: 'secret', OPENAI_API_KEY_FILE: file },
      'OPENAI_API_KEY: and OPENAI_API_KEY_FILE are both set: unset one of them.',
    ],
    [{ OPENAI_API_KEY_FILE: devNull }, 'OPENAI_API_KEY_FILE: the file is empty.'],
    [
      { SCHEMA_REGISTRY_URL: 'https://me:secret@registry.example' },
      'SCHEMA_REGISTRY_URL: holds a user: put it into SCHEMA_REGISTRY_USER and SCHEMA_REGISTRY_PASSWORD.',
    ],
  ]
  for (const [environment, problem] of wrongs) assert.deepEqual(problemsOf(environment), [problem])
})

test('what could never work is refused: schemes, ports, prefixes, replicas', () => {
  const problems = problemsOf({
    REDIS_URL: 'http://127.0.0.1:6379',
    WAYBILL_OPENAI_URL: 'api.openai.com/v1',
    KAFKA_BROKERS: 'a:70000,[::1]:9092,b:9092',
    WAYBILL_PREFIX: 'team a/',
    WAYBILL_REPLICATION: '0',
  })
  assert.deepEqual(
    problems.map((problem) => problem.slice(0, problem.indexOf(':'))),
    ['KAFKA_BROKERS', 'REDIS_URL', 'WAYBILL_PREFIX', 'WAYBILL_OPENAI_URL', 'WAYBILL_REPLICATION'],
  )
})

test('what is set to nothing is not set, but for a prefix', () => {
  const { partitions, kafkaTls, logLevel, topicPrefix } = readSettings({
    WAYBILL_PARTITIONS: '',
    KAFKA_TLS: '',
    LOG_LEVEL: '',
    WAYBILL_PREFIX: '',
  })
  assert.deepEqual([partitions, kafkaTls, logLevel, topicPrefix], [4, false, 'info', ''])
})

test('a value that is set on top takes the place of a file, and the other way round', () => {
  const under = { OPENAI_API_KEY_FILE: '/key', KAFKA_PASSWORD: 'secret', HOME: '/' }
  const over = { OPENAI_API_KEY: 'simulated', KAFKA_PASSWORD_FILE: '/password' }
  assert.deepEqual(settingsOver<string>(under, over), { ...over, HOME: '/' })
})
