import type { Answer, Call, Finish, Usage } from '../../content/answer.ts'
import { shownUsage } from '../../content/answer.ts'
import type { JsonObject } from '../../json.ts'
import type { Model } from '../../prices.ts'
import type { Exchange, Identity } from '../vendor.ts'
import { sealed } from '../../content/seal.ts'
import { isRecent } from './conversation.ts'

export function answer(exchange: Exchange): JsonObject {
  const { answer: said, identity, ask } = exchange
  const usage = shownUsage(said)
  return {
    ...candidatesOf(exchange),
    ...(usage === null ? {} : { usageMetadata: { ...usageOf(usage, said.finish), serviceTier: ask.serviceTier } }),
    modelVersion: said.servedModel,
    responseId: identity.id('', 22),
  }
}

function candidatesOf({ answer: said, identity, model }: Exchange): JsonObject {
  const { finish } = said
  if (finish.kind === 'nothing')
    return finish.blockReason === null ? { candidates: [] } : { promptFeedback: { blockReason: finish.blockReason } }
  const message = messageOf(said)
  const candidate = {
    content: contentOf(said, model, identity),
    finishReason: reasonOf(finish),
    index: 0,
    ...(message === null ? {} : { finishMessage: message }),
  }
  return { candidates: [candidate] }
}

function messageOf({ finish, calls }: Answer): string | null {
  if (finish.kind === 'word') return finish.message ?? null
  return finish.kind !== 'length' && calls.length > 0 ? 'Model generated function call(s).' : null
}

const blocked = new Set(['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII'])

function contentOf(said: Answer, model: Model, identity: Identity): JsonObject {
  const { finish } = said
  if (finish.kind === 'contentFilter' || (finish.kind === 'word' && blocked.has(finish.word))) return {}
  const parts = partsOf(said, model, identity)
  return parts.length === 0 ? { role: 'model' } : { parts, role: 'model' }
}

function partsOf(said: Answer, model: Model, identity: Identity): readonly JsonObject[] {
  const parts: JsonObject[] = []
  const reasoned = said.usage.reasoning > 0
  const thoughtSignature = sealed(identity.id('Cr', 144))
  const signature = reasoned ? { thoughtSignature } : {}
  if (said.thought !== undefined && reasoned) parts.push({ text: said.thought, thought: true })
  if (said.strangePart === true) parts.push({ hologram: { frames: 12 } })
  const texts = said.texts.map((text) => ({ text }))
  if (said.finish.kind === 'length' || said.calls.length === 0) {
    const last = texts.pop()
    return [...parts, ...texts, ...(last === undefined ? [] : [{ ...last, ...signature }])]
  }
  // Of several calls the first is signed: by recent models even where they have hardly thought.
  const signed = reasoned || isRecent(model)
  const calls = said.calls.map((call, index) => ({
    functionCall: callOf(call, model, identity),
    ...(index === 0 && signed ? { thoughtSignature } : {}),
  }))
  return [...parts, ...texts, ...calls]
}

/** Older models give calls no ids. */
function callOf(call: Call, model: Model, identity: Identity): JsonObject {
  const fresh = isRecent(model) ? identity.id('', 8).toLowerCase() : null
  const id = call.id === undefined ? fresh : call.id
  const given = call.raw === undefined ? call.arguments : call.raw
  return { ...(id === null ? {} : { id }), name: call.name, ...(given === '' ? {} : { args: given }) }
}

const reasons: Partial<Record<Finish['kind'], string>> = {
  length: 'MAX_TOKENS',
  contentFilter: 'SAFETY',
  continued: 'CONTINUATION',
}

const reasonOf = (finish: Finish): string => (finish.kind === 'word' ? finish.word : (reasons[finish.kind] ?? 'STOP'))

/** Thoughts are no part of the candidates' tokens, and a count of nothing is left out. */
function usageOf(usage: Usage, finish: Finish): JsonObject {
  const prompt = usage.uncachedInput + usage.cachedInput + usage.cacheWrite
  const output = finish.kind === 'nothing' ? 0 : usage.output
  const cached = {
    cachedContentTokenCount: usage.cachedInput,
    cacheTokensDetails: [{ modality: 'TEXT', tokenCount: usage.cachedInput }],
  }
  return {
    promptTokenCount: prompt,
    ...(output === 0 ? {} : { candidatesTokenCount: output }),
    totalTokenCount: prompt + output + usage.reasoning,
    ...(usage.cachedInput === 0 ? {} : cached),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: prompt }],
    ...(usage.reasoning === 0 ? {} : { thoughtsTokenCount: usage.reasoning }),
  }
}
