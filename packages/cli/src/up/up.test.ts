import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '@waybill/runtime/config'
import { checkKeys } from './up.ts'

test('without the simulator, keys that are missing are named', () => {
  assert.throws(() => {
    checkKeys(readSettings({ OPENAI_API_KEY: 'sk' }))
  }, /ANTHROPIC_API_KEY, GEMINI_API_KEY is not set/u)
  checkKeys(readSettings({ OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b', GEMINI_API_KEY: 'c' }))
})
