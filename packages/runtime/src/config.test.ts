import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readSettings, SettingsError } from './config.ts'
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
  assert.equal(Object.keys(settings).length, Object.keys(settingsTable).length)
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
    'SCHEMA_REGISTRY_URL: "nowhere" is no URL, such as http://127.0.0.1:8081.',
    'WAYBILL_PARTITIONS: "four" is no whole number of at least 1.',
    'KAFKA_TLS: "perhaps" is none of: true, false.',
    'LOG_LEVEL: "loud" is none of: debug, info, warn, error, silent.',
  ])
})

test('a URL that is none is not shown where it may hold a password', () => {
  const problems = problemsOf({ REDIS_URL: 'secret@redis.example' })
  assert.deepEqual(problems, ['REDIS_URL: what is set is no URL, such as http://127.0.0.1:8081.'])
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
