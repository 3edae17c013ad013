import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnsweredPrompt } from './class-sums.ts'
import { bestShrinkage, sumsOf } from './class-sums.ts'
import { prompts } from './given.ts'
import { plansOf } from './plans.ts'

const shrinkageOf = (given: readonly AnsweredPrompt[]): number => bestShrinkage(given, sumsOf(given))

test('classes in which a model does the same are told by all others, and those that differ by themselves', () => {
  const alike = ['a', 'b', 'c', 'd'].flatMap((name) => prompts(name, 8, 2))
  const different = [...prompts('a', 30, 0), ...prompts('b', 0, 30), ...prompts('c', 30, 0), ...prompts('d', 0, 30)]
  assert.deepEqual([shrinkageOf(alike), shrinkageOf(different)], [80, 2])
})

test('a stricter demand never makes a dearer class cheaper, and one that cannot be kept leaves the baseline', () => {
  const classes = sumsOf([...prompts('easy', 300, 0), ...prompts('hard', 60, 40)])
  const [loose, strict, impossible] = plansOf(classes, 5, [-0.5, -0.02, 0.5])
  assert.deepEqual(Object.fromEntries(loose ?? []), { easy: 1, hard: 1 })
  assert.deepEqual(Object.fromEntries(strict ?? []), { easy: 1, hard: 0 })
  assert.deepEqual(Object.fromEntries(impossible ?? []), { easy: 0, hard: 0 })
})
