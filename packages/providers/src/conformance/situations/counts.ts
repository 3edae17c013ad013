import { requestWith } from '../given.ts'
import type { Situation } from '../situation.ts'

const said = { text: ['Hello.'] }

export const countSituations: readonly Situation[] = [
  {
    name: 'usage with a cache and reasoning: totals include their parts',
    spoken: { ...said, usage: { input: 1_000, cached: 600, output: 50, reasoning: 20 } },
    expected: 'completed/stop',
    holds: ({ usage }) =>
      usage.inputTokens === 1_000 &&
      usage.cachedInputTokens === 600 &&
      usage.outputTokens === 50 &&
      usage.reasoningTokens === 20,
  },
  {
    name: 'usage that cannot be: negative counts',
    spoken: { ...said, usage: { input: -5, cached: -5, output: -1, reasoning: -1 } },
    expected: 'completed/stop',
    holds: ({ usage }) => usage.inputTokens === null && usage.outputTokens === null,
  },
  {
    name: 'no usage at all',
    sent: {
      chatCompletions: { body: { choices: [{ message: { content: 'Hello.' }, finish_reason: 'stop' }] } },
      responses: {
        body: {
          status: 'completed',
          output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hello.' }] }],
        },
      },
      messages: { body: { content: [{ type: 'text', text: 'Hello.' }], stop_reason: 'end_turn' } },
      generateContent: { body: { candidates: [{ content: { parts: [{ text: 'Hello.' }] }, finishReason: 'STOP' }] } },
    },
    expected: 'completed/stop',
    holds: ({ usage }) => Object.values(usage).every((count) => count === null),
  },
  {
    name: 'another model than the pinned one answers',
    request: requestWith(),
    spoken: { ...said, model: 'another-model-2' },
    expected: 'completed/stop',
    holds: ({ drifted, servedModel }) => drifted && servedModel === 'another-model-2',
  },
  {
    name: 'the pinned model answers',
    spoken: said,
    expected: 'completed/stop',
    holds: ({ drifted }) => !drifted,
  },
]
