import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '@waybill/runtime/config'
import { checkKeys, checkPolicy } from './up.ts'

test('without the simulator, keys that are missing are named', () => {
  assert.throws(() => {
    checkKeys(readSettings({ OPENAI_API_KEY: 'sk' }))
  }, /ANTHROPIC_API_KEY, GEMINI_API_KEY is not set/u)
  checkKeys(readSettings({ OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b', GEMINI_API_KEY: 'c' }))
})

test('a policy that cannot be read is said before anything starts', () => {
  assert.throws(() => checkPolicy({ policyFile: '/nowhere.yaml' }), {
    name: 'SettingsError',
    message: /^WAYBILL_POLICY: \/nowhere\.yaml, \(file\): it cannot be read; check its path/u,
  })
  checkPolicy({ policyFile: '' })
})
