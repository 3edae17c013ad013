// What the model would say: a call where a tool is wanted, a value where a schema is asked for, else sentences.
import type { Model } from '../prices.ts'
import type { Random } from '../random.ts'
import { between, chance, logNormal, pick, randomOf } from '../random.ts'
import type { Ask, Effort, Tool } from '../apis/vendor.ts'
import type { Answer, Call, Finish, Usage } from './answer.ts'
import { prose, sentence } from './prose.ts'
import { valueFor } from './schema-value.ts'
import { tokensOf } from './tokens.ts'

export interface Habits {
  /** How often a tool is called where the model may choose. */
  readonly toolShare: number
  /** Median length of text, in tokens. */
  readonly textTokens: number
  /** How often part of a long prompt is read from the cache. */
  readonly cachedShare: number
}

export function compose(ask: Ask, model: Model, habits: Habits, seed: string): Answer {
  const random = randomOf(seed, 'answer')
  const reasoning = reasoningTokens(ask, model, randomOf(seed, 'reasoning'))
  const limit = Math.max(0, (ask.maxTokens ?? model.maxOutputTokens) - reasoning)
  const calls = callsFor(ask, habits, random)
  const said = calls.length > 0 ? spokenCalls(calls, limit, model, random) : spokenText(ask, limit, habits, random)
  const usage: Usage = { ...inputUsage(ask, model, habits, randomOf(seed, 'cache')), output: said.tokens, reasoning }
  return { texts: said.texts, calls: said.calls, finish: said.finish, usage, servedModel: model.servedAs }
}

interface Said {
  readonly texts: readonly string[]
  readonly calls: readonly Call[]
  readonly finish: Finish
  readonly tokens: number
}

function callsFor(ask: Ask, habits: Habits, random: Random): readonly Call[] {
  const { choice, tools } = ask
  if (choice === 'none' || tools.length === 0) return []
  if (typeof choice === 'object')
    return tools.filter((tool) => tool.name === choice.name).map((tool) => call(tool, random))
  if (choice === 'auto' && (ask.afterToolResult || !chance(random, habits.toolShare))) return []
  const count = ask.parallel && chance(random, 0.25) ? between(random, 2, 3) : 1
  return Array.from({ length: count }, () => pick(random, tools))
    .filter((tool) => tool !== undefined)
    .map((tool) => call(tool, random))
}

/** Arguments are an object, whatever the schema leaves open. */
function call(tool: Tool, random: Random): Call {
  const value = valueFor(tool.schema, random)
  return { name: tool.name, arguments: typeof value === 'object' && value !== null ? value : {} }
}

function spokenCalls(calls: readonly Call[], limit: number, model: Model, random: Random): Said {
  const texts = model.provider === 'anthropic' && chance(random, 0.3) ? [sentence(random)] : []
  const written = JSON.stringify(calls)
  const tokens = 6 * calls.length + tokensOf(written.length + texts.join('').length)
  if (tokens <= limit) return { texts, calls, finish: { kind: 'toolCalls' }, tokens }
  // The arguments of the last call break off. Vendors that send objects send none.
  const [first] = calls
  const broken = first === undefined ? [] : [{ ...first, raw: JSON.stringify(first.arguments).slice(0, limit * 2) }]
  return { texts: [], calls: broken, finish: { kind: 'length' }, tokens: limit }
}

function spokenText(ask: Ask, limit: number, habits: Habits, random: Random): Said {
  const text = stopped(textFor(ask, limit, habits, random), ask.stop)
  const tokens = tokensOf(text.said.length)
  if (tokens > limit)
    return {
      texts: limit < 1 ? [] : [text.said.slice(0, limit * 4)],
      calls: [],
      finish: { kind: 'length' },
      tokens: limit,
    }
  return { texts: [text.said], calls: [], finish: text.finish, tokens }
}

function textFor(ask: Ask, limit: number, habits: Habits, random: Random): string {
  if (ask.format.kind === 'schema') return JSON.stringify(valueFor(ask.format.schema, random))
  if (ask.format.kind === 'json') return JSON.stringify({ result: sentence(random) })
  const wanted = Math.min(Math.max(4, Math.round(logNormal(random, habits.textTokens, 0.8))), habits.textTokens * 10)
  // Models keep to what they may say, except now and then, and except where next to nothing is allowed.
  const keeps = limit >= 16 && !chance(random, 0.02)
  return prose(random, keeps ? Math.min(wanted, Math.floor(limit * 0.8)) : wanted)
}

function stopped(text: string, stop: readonly string[]): { readonly said: string; readonly finish: Finish } {
  let [end, sequence] = [text.length, '']
  for (const each of stop) {
    const at = each === '' ? -1 : text.indexOf(each)
    if (at >= 0 && at < end) [end, sequence] = [at, each]
  }
  return sequence === ''
    ? { said: text, finish: { kind: 'stop' } }
    : { said: text.slice(0, end), finish: { kind: 'stopSequence', sequence } }
}

const byEffort: Readonly<Record<Effort, number>> = { none: 0, minimal: 24, low: 60, medium: 160, high: 480 }

function reasoningTokens(ask: Ask, model: Model, random: Random): number {
  const effort = effortOf(ask, model)
  if (effort === 'none') return 0
  const wanted = Math.max(8, Math.round(logNormal(random, byEffort[effort], 0.5)))
  // Half of what is allowed at most: an answer that is all reasoning comes by a fault, not by chance.
  return ask.maxTokens === null ? wanted : Math.min(wanted, Math.floor(ask.maxTokens / 2))
}

function effortOf(ask: Ask, model: Model): Effort {
  switch (model.reasons) {
    case 'never':
      return 'none'
    case 'asked':
      return ask.effort ?? 'none'
    case 'default':
      return ask.effort ?? 'medium'
    case 'always':
      return ask.effort === null ? 'medium' : ask.effort === 'none' ? 'minimal' : ask.effort
  }
}

function inputUsage(ask: Ask, model: Model, habits: Habits, random: Random): Omit<Usage, 'output' | 'reasoning'> {
  const total = ask.inputTokens
  const none = { uncachedInput: total, cachedInput: 0, cacheWrite: 0 }
  const isLong = total >= 1_024
  const marks = model.provider === 'anthropic'
  if (!isLong || (marks && !ask.cacheMarked)) return none
  const prefix = Math.floor((total * between(random, 50, 95)) / 100 / 128) * 128
  const reads = chance(random, marks ? 0.5 : habits.cachedShare)
  if (reads) return { uncachedInput: total - prefix, cachedInput: prefix, cacheWrite: 0 }
  const writes = marks || model.cacheWrite > model.input
  return writes ? { uncachedInput: total - prefix, cachedInput: 0, cacheWrite: prefix } : none
}
