import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { learnClassTable } from '@waybill/routing/backtest/portfolio'
import { replayBfclAzure } from './bfcl-azure.ts'
import { crossValidated, spreadOf } from './folds.ts'
import { defaultFiles, readPrompts } from './reading.ts'

const { prompts, matrix, arrivals } = defaultFiles
const isAbsent = [prompts, matrix, ...arrivals].some((path) => !existsSync(path))
const skip = isAbsent && 'the public data is not at ../shared/data'

test('the floor is reproduced: what a class table saves, at its lower bound', { skip }, () => {
  const read = readPrompts(defaultFiles)
  const scores = Array.from({ length: 10 }, (_, at) => crossValidated(read.prompts, at + 1, learnClassTable))
  assert.equal(read.prompts.length, 838)
  assert.ok(Math.abs(spreadOf(scores.map(({ savedPercent }) => savedPercent)).mean - 49.5) < 1)
  assert.ok(Math.abs(spreadOf(scores.map(({ quality }) => quality.lower)).mean + 0.11) < 0.5)
})

test('every request is answered once, every retry is caught, and nothing is merged wrongly', { skip }, () => {
  const result = replayBfclAzure({ files: defaultFiles, seed: 1, seeds: 1, progress: () => undefined })
  const { injected, caught, wrongMerges } = result.duplicates
  assert.equal(result.answered, result.requests)
  assert.equal(caught, injected)
  assert.equal(wrongMerges, 0)
  assert.equal(result.calls, result.requests - injected)
  assert.ok(result.savedPercent > 49.5 && result.lowerBoundPp > -1)
})
