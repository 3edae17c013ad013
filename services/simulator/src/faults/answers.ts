// Faults of what the model says and how it says it ended.
import type { Answer, Finish } from '../content/answer.ts'
import { textOf } from '../content/answer.ts'
import { parseJson } from '../json.ts'
import type { ApiName } from '../apis/vendor.ts'
import type { AnswerContext, Fault, Parameters } from './fault.ts'
import { everywhere } from './fault.ts'
import { jsonOf, saying, tokenless, withStrings } from './rewriting.ts'

type Change = (answer: Answer, context: AnswerContext) => Answer

function said(
  name: string,
  apis: readonly ApiName[],
  about: string,
  change: Change,
  parameters: Parameters = {},
): Fault {
  return { name, about, apis, parameters, billed: true, effect: { on: 'answer', change } }
}

const openai: readonly ApiName[] = ['openai-chat', 'openai-responses']
const responses: readonly ApiName[] = ['openai-responses']
const anthropic: readonly ApiName[] = ['anthropic-messages']
const gemini: readonly ApiName[] = ['gemini-generate-content']
const inParts: readonly ApiName[] = [...responses, ...anthropic, ...gemini]

const sorry = "I'm sorry, but I can't help with that request."

const ending =
  (finish: Finish): Change =>
  (answer) => ({ ...answer, finish })
const silent = (finish: Finish): ((answer: Answer) => Answer) => {
  return (answer) => ({ ...answer, texts: [], calls: [], finish, usage: tokenless(answer) })
}
/** The parameter `word` as the reason why the answer ended. */
const wording = (answer: Answer, { parameters }: AnswerContext): Answer => ({
  ...answer,
  finish: { kind: 'word', word: parameters['word'] ?? '' },
})

function refusal(answer: Answer, { api, parameters }: AnswerContext): Answer {
  const finish: Finish =
    api === 'gemini-generate-content'
      ? { kind: 'word', word: 'SAFETY' }
      : { kind: 'refusal', explanation: sorry, category: parameters['category'] ?? null }
  return { ...silent(finish)(answer), usage: { ...tokenless(answer, 0), output: 9 } }
}

function refusalInJson(answer: Answer): Answer {
  const calls = answer.calls.map((call) => ({ ...call, arguments: withStrings(call.arguments, sorry) }))
  if (calls.length > 0) return { ...answer, calls }
  return saying(answer, JSON.stringify(withStrings(parseJson(jsonOf(answer)), sorry)))
}

function malformedCall(answer: Answer): Answer {
  const message = "Malformed function call: print(default_api.lookup(query='value)"
  return silent({ kind: 'word', word: 'MALFORMED_FUNCTION_CALL', message })(answer)
}

function truncated(answer: Answer): Answer {
  const text = textOf(answer)
  const [call] = answer.calls
  const raw = JSON.stringify(call?.arguments ?? {}).slice(0, -2)
  const calls = call === undefined ? [] : [{ ...call, raw }]
  return {
    ...answer,
    texts: text === '' ? [] : [text.slice(0, Math.ceil(text.length / 2))],
    calls,
    finish: { kind: 'length' },
  }
}

function truncatedEmpty(answer: Answer, { ask }: AnswerContext): Answer {
  const usage = tokenless(answer, ask.maxTokens ?? 1_024)
  return { ...answer, texts: [], calls: [], finish: { kind: 'length' }, usage }
}

function failed(answer: Answer, { parameters }: AnswerContext): Answer {
  const code = parameters['code'] ?? 'server_error'
  const message = 'An error occurred while processing your request.'
  return { ...answer, texts: [], calls: [], finish: { kind: 'status', status: 'failed', code, message } }
}

function split(answer: Answer): Answer {
  const text = textOf(answer) || 'One. Two. Three.'
  const third = Math.ceil(text.length / 3)
  const texts = [text.slice(0, third), text.slice(third, 2 * third), text.slice(2 * third)].filter(
    (each) => each !== '',
  )
  return { ...answer, texts }
}

const thinking = (answer: Answer): Answer => ({
  ...answer,
  thought: 'Considering what was asked and how to answer it.',
  usage: { ...answer.usage, reasoning: Math.max(answer.usage.reasoning, 32) },
})

const deepText = (answer: Answer, { parameters }: AnswerContext): Answer => {
  const depth = Number(parameters['depth'])
  return saying(answer, `${'['.repeat(depth)}${']'.repeat(depth)}`)
}

export const answerFaults: readonly Fault[] = [
  said('refusal', everywhere, "the model refuses, in the vendor's own way", refusal, { category: 'general_harms' }),
  said('soft-refusal', everywhere, 'the model refuses in plain text', (answer) => saying(answer, sorry)),
  said('refusal-in-json', everywhere, 'every string of a valid answer is a refusal', refusalInJson),
  said(
    'content-filter',
    [...openai, ...gemini],
    'the answer was stopped by a filter',
    silent({ kind: 'contentFilter' }),
  ),
  said(
    'prompt-blocked',
    gemini,
    '`promptFeedback.blockReason`, and no candidates',
    (answer, { parameters }) => silent({ kind: 'nothing', blockReason: parameters['reason'] ?? null })(answer),
    { reason: 'PROHIBITED_CONTENT' },
  ),
  said(
    'blocked-finish',
    gemini,
    'a candidate without parts, ended by `word`',
    (answer, context) => wording(silent({ kind: 'stop' })(answer), context),
    { word: 'RECITATION' },
  ),
  said('empty-answer', everywhere, 'no candidates, choices or content', silent({ kind: 'nothing', blockReason: null })),
  said('null-content', everywhere, 'an end as usual, and nothing said', silent({ kind: 'stop' })),
  said('malformed-function-call', gemini, '`MALFORMED_FUNCTION_CALL`, and no parts', malformedCall),
  said(
    'malformed-response',
    gemini,
    '`MALFORMED_RESPONSE`, and no parts',
    silent({ kind: 'word', word: 'MALFORMED_RESPONSE' }),
  ),
  said('too-many-tool-calls', gemini, '`TOO_MANY_TOOL_CALLS`', ending({ kind: 'word', word: 'TOO_MANY_TOOL_CALLS' })),
  said('truncated', everywhere, 'ended by the limit of tokens, half said', truncated),
  said('truncated-empty', everywhere, 'ended by the limit of tokens, all of it reasoning', truncatedEmpty),
  said('context-full', anthropic, '`model_context_window_exceeded`', ending({ kind: 'contextFull' })),
  said('unknown-finish', everywhere, 'ended by a `word` that nobody has heard of', wording, {
    word: 'brand_new_reason',
  }),
  said('pause-turn', anthropic, '`pause_turn`', ending({ kind: 'paused' })),
  said('continuation', gemini, '`CONTINUATION`: an SDK may call again by itself', ending({ kind: 'continued' })),
  said('status-failed', responses, 'status `failed` with an error `code`', failed, { code: 'server_error' }),
  said('status-incomplete', responses, 'status `incomplete` for the reason `word`', wording, {
    word: 'content_filter',
  }),
  said(
    'status-queued',
    responses,
    'status `queued`, no output and no usage',
    ending({ kind: 'status', status: 'queued', code: null, message: null }),
  ),
  said(
    'status-in-progress',
    responses,
    'status `in_progress`',
    ending({ kind: 'status', status: 'in_progress', code: null, message: null }),
  ),
  said('fenced-json', everywhere, 'JSON in a fence of Markdown', (answer) =>
    saying(answer, `\`\`\`json\n${jsonOf(answer)}\n\`\`\``),
  ),
  said('prose-json', everywhere, 'JSON with prose around it', (answer) =>
    saying(answer, `Here is the result:\n\n${jsonOf(answer)}\n\nLet me know if you need more.`),
  ),
  said('broken-json', everywhere, 'JSON that ends too soon, ended as usual', (answer) =>
    saying(answer, jsonOf(answer).slice(0, -1)),
  ),
  said('schema-violation', everywhere, 'valid JSON that no schema asked for', (answer) =>
    saying(answer, '{"unexpected":[true]}'),
  ),
  said('deep-json', everywhere, 'text that is JSON nested `depth` deep', deepText, { depth: '200000' }),
  said('odd-characters', everywhere, 'text with a null, a lone surrogate and marks of direction', (answer) =>
    saying(answer, 'a\u0000b\ud83dc\u202ed'),
  ),
  said('split-text', inParts, 'the text in three parts', split),
  said('commentary', responses, 'a message of the phase `commentary` before the answer', (answer) => ({
    ...answer,
    commentary: 'Looking into it.',
  })),
  said('thoughts', inParts, 'a summary of the reasoning beside the answer', thinking),
  said('strange-part', everywhere, 'a part of an unknown kind beside the answer', (answer) => ({
    ...answer,
    strangePart: true,
  })),
  said(
    'drifted-model',
    everywhere,
    'another model than the asked one has answered',
    (answer, { parameters }) => ({ ...answer, servedModel: `${answer.servedModel}${parameters['suffix']}` }),
    { suffix: '-2026-12-24' },
  ),
]
