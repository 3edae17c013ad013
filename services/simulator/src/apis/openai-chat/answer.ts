import type { Answer, Call, Finish, Usage } from '../../content/answer.ts'
import { argumentsText, shownUsage, textOf } from '../../content/answer.ts'
import type { JsonObject } from '../../json.ts'
import type { Exchange, Identity } from '../vendor.ts'

export function answer({ ask, model, answer: said, identity }: Exchange): JsonObject {
  // Older models say `stop` where one function was forced.
  const forced = typeof ask.choice === 'object' && model.reasons === 'never'
  const choice = {
    index: 0,
    message: messageOf(said, identity),
    logprobs: null,
    finish_reason: finishOf(said, forced),
  }
  const usage = shownUsage(said)
  return {
    id: identity.id('chatcmpl-', 29),
    object: 'chat.completion',
    created: Math.floor(identity.nowMs / 1_000),
    model: said.servedModel,
    choices: said.finish.kind === 'nothing' ? [] : [choice],
    ...(usage === null ? {} : { usage: usageOf(usage) }),
    service_tier: ask.serviceTier === 'standard' ? 'default' : ask.serviceTier,
    system_fingerprint: 'fp_51db84afab',
  }
}

function messageOf(said: Answer, identity: Identity): JsonObject {
  return {
    role: 'assistant',
    content: said.texts.length === 0 ? (said.finish.kind === 'length' ? '' : null) : textOf(said),
    ...(said.calls.length === 0 ? {} : { tool_calls: said.calls.map((call) => callOf(call, identity)) }),
    refusal: said.finish.kind === 'refusal' ? said.finish.explanation : null,
    annotations: [],
    ...(said.strangePart === true ? { hologram: { id: identity.id('holo_', 24), frames: 12 } } : {}),
  }
}

function callOf(call: Call, identity: Identity): JsonObject {
  const id = call.id === undefined ? identity.id('call_', 24) : call.id
  const described = { name: call.name, arguments: argumentsText(call) }
  return { ...(id === null ? {} : { id }), type: 'function', function: described }
}

const reasons: Partial<Record<Finish['kind'], string>> = { length: 'length', contentFilter: 'content_filter' }

function finishOf({ finish }: Answer, forced: boolean): string {
  if (finish.kind === 'word') return finish.word
  if (finish.kind === 'toolCalls') return forced ? 'stop' : 'tool_calls'
  return reasons[finish.kind] ?? 'stop'
}

function usageOf(usage: Usage): JsonObject {
  const prompt = usage.uncachedInput + usage.cachedInput + usage.cacheWrite
  const completion = usage.output + usage.reasoning
  const written = usage.cacheWrite === 0 ? {} : { cache_write_tokens: usage.cacheWrite }
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: usage.cachedInput, audio_tokens: 0, ...written },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}
