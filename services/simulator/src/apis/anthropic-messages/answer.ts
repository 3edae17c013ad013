import type { Answer, Call, Finish, Usage } from '../../content/answer.ts'
import { shownUsage } from '../../content/answer.ts'
import { sealed } from '../../content/seal.ts'
import type { JsonObject } from '../../json.ts'
import type { Exchange, Identity } from '../vendor.ts'

export function answer({ answer: said, identity }: Exchange): JsonObject {
  const { finish } = said
  const usage = shownUsage(said)
  return {
    id: identity.id('msg_01', 22),
    type: 'message',
    role: 'assistant',
    model: said.servedModel,
    content: contentOf(said, identity),
    stop_reason: reasonOf(finish),
    stop_sequence: finish.kind === 'stopSequence' ? finish.sequence : null,
    stop_details:
      finish.kind === 'refusal'
        ? { type: 'refusal', category: finish.category, explanation: finish.explanation }
        : null,
    ...(usage === null ? {} : { usage: usageOf(usage) }),
  }
}

function contentOf(said: Answer, identity: Identity): readonly JsonObject[] {
  const content: JsonObject[] = []
  if (said.usage.reasoning > 0 && said.finish.kind !== 'refusal') content.push(thoughtOf(said.thought ?? '', identity))
  if (said.strangePart === true) content.push({ type: 'hologram', data: identity.id('', 12) })
  for (const text of said.texts) content.push({ type: 'text', text })
  // A call that broke off is not sent.
  if (said.finish.kind !== 'length') for (const call of said.calls) content.push(callOf(call, identity))
  return content
}

const thoughtOf = (thinking: string, identity: Identity): JsonObject => ({
  type: 'thinking',
  thinking,
  signature: sealed(identity.id('Er', 164), thinking),
})

function callOf(call: Call, identity: Identity): JsonObject {
  const id = call.id === undefined ? identity.id('toolu_01', 22) : call.id
  const input = call.raw === undefined ? call.arguments : call.raw
  return { type: 'tool_use', ...(id === null ? {} : { id }), name: call.name, input, caller: { type: 'direct' } }
}

const reasons: Partial<Record<Finish['kind'], string>> = {
  length: 'max_tokens',
  toolCalls: 'tool_use',
  stopSequence: 'stop_sequence',
  refusal: 'refusal',
  paused: 'pause_turn',
  contextFull: 'model_context_window_exceeded',
}

const reasonOf = (finish: Finish): string =>
  finish.kind === 'word' ? finish.word : (reasons[finish.kind] ?? 'end_turn')

/** Input without what the cache gave or took; output with the thinking. */
function usageOf(usage: Usage): JsonObject {
  const thinking = usage.reasoning === 0 ? {} : { output_tokens_details: { thinking_tokens: usage.reasoning } }
  return {
    input_tokens: usage.uncachedInput,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cachedInput,
    cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite, ephemeral_1h_input_tokens: 0 },
    output_tokens: usage.output + usage.reasoning,
    ...thinking,
    service_tier: 'standard',
    inference_geo: 'not_available',
  }
}
