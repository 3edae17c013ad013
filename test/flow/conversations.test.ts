// Conversations with tools, in one shape: what each vendor needs to go on goes back to it, and another vendor can take over.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { MessageInput, PartInput, RequestInput } from '@waybill/client/complete'
import { startEmbedded } from '@waybill/cli/platform/embedded'
import type { Answer } from '@waybill/schemas/generated/answer'
import type { Reply } from '@waybill/schemas/generated/reply'
import { startSimulator } from '@waybill/simulator/server'
import type { Exchanged, Relay } from './relay.ts'
import { startRelay } from './relay.ts'

interface Place {
  readonly api: string
  readonly asking: Partial<RequestInput>
  /** How the vendor writes what it wants back as it came, and the ids of calls. */
  readonly seals: RegExp
  readonly ids: RegExp
  /** That the model was asked to think, in the vendor's words. */
  readonly thinks: RegExp
}

const thinking = { reasoning: { effort: 'medium' } } as const
const at = (provider: string, taskClass: string, rest: Partial<RequestInput> = {}): Partial<RequestInput> => ({
  constraints: { providers: [provider] },
  taskClass,
  ...thinking,
  ...rest,
})
/** Only one of OpenAI's APIs takes seeds. */
const seeded = { sampling: { seed: 7, required: ['seed'] } } as const

const places: Readonly<Record<string, Place>> = {
  'OpenAI chat completions': {
    api: 'chatCompletions',
    asking: at('openai', 'summary', seeded),
    seals: /none/gu,
    ids: /"id":"(call_[^"]+)"/gu,
    thinks: /"reasoning_effort":"medium"/u,
  },
  'OpenAI responses': {
    api: 'responses',
    asking: at('openai', 'summary'),
    seals: /"encrypted_content":"([^"]+)"/gu,
    ids: /"call_id":"([^"]+)"/gu,
    thinks: /"reasoning":\{"effort":"medium"\}/u,
  },
  'Anthropic, thinking as it likes': {
    api: 'messages',
    asking: at('anthropic', 'summary'),
    seals: /"signature":"([^"]+)"/gu,
    ids: /"id":"(toolu_[^"]+)"/gu,
    thinks: /"thinking":\{"type":"adaptive"\}/u,
  },
  'Anthropic, thinking by a budget': {
    api: 'messages',
    asking: at('anthropic', 'chat', { maxOutputTokens: 8_000 }),
    seals: /"signature":"([^"]+)"/gu,
    ids: /"id":"(toolu_[^"]+)"/gu,
    thinks: /"thinking":\{"type":"enabled","budget_tokens":\d+\}/u,
  },
  Gemini: {
    api: 'generateContent',
    asking: at('gemini', 'summary'),
    seals: /"thoughtSignature":"([^"]+)"/gu,
    ids: /"functionCall":\{"id":"([^"]+)"/gu,
    thinks: /"thinkingLevel":"MEDIUM"/u,
  },
}

/** No vendor takes such a name, so all of them see another. */
const toolName = 'wetter für/stadt'
const tools = [
  {
    name: toolName,
    description: 'The weather of a city.',
    parameters: '{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}',
  },
]
const question: MessageInput = { role: 'user', text: 'How warm is it in Paris?' }

async function stack(context: TestContext): Promise<{
  readonly relay: Relay
  readonly ask: (id: string, messages: readonly MessageInput[], rest: Partial<RequestInput>) => Promise<Reply>
}> {
  const simulator = await startSimulator({ latencyScale: 0, seed: '1', toolShare: 1 })
  context.after(() => simulator.close())
  const relay = await startRelay(context, simulator.url)
  const settings = {
    WAYBILL_OPENAI_URL: `${relay.url}/v1`,
    WAYBILL_ANTHROPIC_URL: relay.url,
    WAYBILL_GEMINI_URL: relay.url,
  }
  const arena = await startEmbedded({ latencyScale: 0, seed: '1', settings })
  context.after(() => arena.stop())
  const ask = (id: string, messages: readonly MessageInput[], rest: Partial<RequestInput>): Promise<Reply> =>
    arena.client.request({ tenant: 'talk', id, latencyBudgetMs: 120_000, messages, tools, ...rest })
  return { relay, ask }
}

function answerOf(reply: Reply, place: Place): Answer {
  const { status, reason, detail, answer } = reply
  assert.equal(status, 'completed', `${reason}: ${detail}`)
  assert.equal(answer?.target.api, place.api)
  return answer
}

const resultsOf = ({ toolCalls }: Answer): MessageInput => ({
  role: 'tool',
  parts: toolCalls.map(({ id }, index) => ({
    kind: 'toolResult',
    json: JSON.stringify({ callId: id }),
    text: `{"celsius":2${index}}`,
  })),
})

/** The question, the model's turn as it came, and what its tools said. */
const continued = (answer: Answer): readonly MessageInput[] => [question, answer.message, resultsOf(answer)]

/** The same as any vendor may see it. */
const bare = (answer: Answer): readonly MessageInput[] => {
  const parts = answer.message.parts.filter(({ kind }) => kind === 'text' || kind === 'toolCall')
  const plain = parts.map((part): PartInput => ({ ...part, opaque: null }))
  return [question, { role: 'assistant', parts: plain }, resultsOf(answer)]
}

const found = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, group = '']) => group)
const times = (text: string, part: string): number => text.split(part).length - 1

/** What the vendor gave with its calls must be in the next request: seals once, ids with the call and its result. */
function checkCarried(first: Exchanged, second: Exchanged, place: Place): void {
  const [seals, ids] = [found(first.answered, place.seals), found(first.answered, place.ids)]
  assert.equal(seals.length > 0, place.api !== 'chatCompletions', first.answered)
  assert.ok(ids.length > 0, first.answered)
  for (const seal of seals) assert.equal(times(second.asked, seal), 1, second.asked)
  for (const id of ids) assert.equal(times(second.asked, JSON.stringify(id)), 2, second.asked)
  for (const index of ids.keys()) assert.match(second.asked, new RegExp(`celsius[^0-9]+2${index}`, 'u'))
  for (const { asked } of [first, second]) assert.match(asked, place.thinks)
  assert.doesNotMatch(`${first.asked}${second.asked}`, /"name":"wetter für/u)
}

for (const [name, place] of Object.entries(places)) {
  test(`${name}: a call, its result, and an answer, with all that the vendor wants back`, async (context) => {
    const { relay, ask } = await stack(context)
    const called = answerOf(await ask('first', [question], place.asking), place)
    assert.equal(called.finishReason, 'toolCalls')
    assert.deepEqual([...new Set(called.toolCalls.map((call) => call.name))], [toolName])
    const rest = { ...place.asking, affinity: called.affinity }
    const answered = answerOf(await ask('second', continued(called), rest), place)
    assert.deepEqual([answered.finishReason, (answered.text ?? '').length > 0], ['stop', true])
    const [first, second, ...others] = relay.exchanges
    assert.ok(first !== undefined && second !== undefined)
    assert.deepEqual([first.status, second.status, others], [200, 200, []])
    checkCarried(first, second, place)
    // And once more: the whole of it is a conversation, too.
    const third: readonly MessageInput[] = [
      ...continued(called),
      answered.message,
      { role: 'user', text: 'And in Rome?' },
    ]
    const again = answerOf(await ask('third', third, place.asking), place)
    assert.equal(again.finishReason, 'toolCalls')
    answerOf(await ask('fourth', [...third, again.message, resultsOf(again)], place.asking), place)
    assert.deepEqual([...new Set(relay.exchanges.map(({ status }) => status))], [200])
  })

  test(`${name}: what it called can go on with every other vendor, once its own parts are taken out`, async (context) => {
    const { relay, ask } = await stack(context)
    const called = answerOf(await ask('first', [question], place.asking), place)
    const isBound = called.message.parts.some(({ opaque }) => opaque !== null)
    assert.equal(isBound, place.api !== 'chatCompletions')
    for (const [other, next] of Object.entries(places)) {
      const answered = answerOf(await ask(`to ${other}`, bare(called), next.asking), next)
      assert.equal(answered.finishReason, 'stop', other)
      if (next.api === place.api) continue
      const bound = await ask(`bound to ${other}`, continued(called), next.asking)
      if (!isBound) answerOf(bound, next)
      else assert.deepEqual([bound.status, bound.answer], ['rejected', null], `${other}: ${bound.reason}`)
    }
    assert.deepEqual([...new Set(relay.exchanges.map(({ status }) => status))], [200])
  })
}

test('thoughts that are not wanted any more do not come back, and the turn goes on without', async (context) => {
  const { relay, ask } = await stack(context)
  for (const [name, place] of Object.entries(places)) {
    const called = answerOf(await ask(`first ${name}`, [question], place.asking), place)
    answerOf(await ask(`second ${name}`, continued(called), { ...place.asking, reasoning: null }), place)
  }
  assert.deepEqual([...new Set(relay.exchanges.map(({ status }) => status))], [200])
})
