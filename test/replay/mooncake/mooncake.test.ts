import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { mooncakeFile, replayMooncake } from './mooncake.ts'

const skip = !existsSync(mooncakeFile) && 'the public data is not at ../shared/data'

test('every exact repeat of a production trace is found, and nothing else is merged', { skip }, () => {
  const { requests, answered, repeats, found, calls, wrongMerges } = replayMooncake()
  assert.deepEqual([requests, answered, repeats, found, wrongMerges], [12_031, 12_031, 118, 118, 0])
  assert.equal(calls, requests - repeats)
})
