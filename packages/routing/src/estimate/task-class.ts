// The kind of work, where the caller does not say: by features that a person can check, never by asking a model.
import type { Request } from '@waybill/schemas/generated/request'
import type { Features } from './features.ts'

export interface TaskClass {
  readonly name: string
  /** declared, or inferred and from what. */
  readonly source: string
}

interface Inference {
  readonly name: string
  readonly because: string
  readonly fits: (request: Request, features: Features) => boolean
}

const demanding = new Set(['medium', 'high', 'xhigh', 'max'])

/** The first that fits. */
const inferences: readonly Inference[] = [
  {
    name: 'reasoning',
    because: 'reasoning is asked for',
    fits: (request) => demanding.has(request.reasoning?.effort ?? '') || (request.reasoning?.maxTokens ?? 0) >= 2_048,
  },
  { name: 'internal-tool', because: 'it has tools', fits: (request) => request.tools.length > 0 },
  {
    name: 'classification',
    because: 'at most 32 tokens of output are asked for',
    fits: (request) => (request.maxOutputTokens ?? Infinity) <= 32,
  },
  { name: 'extraction', because: 'it has an output schema', fits: (request) => request.outputSchema !== null },
  {
    name: 'summary',
    because: 'the input is long and the output short',
    fits: (request, { textCharacters, turns }) =>
      turns <= 3 && textCharacters >= 6_000 && (request.maxOutputTokens ?? 1_000) * 16 <= textCharacters,
  },
  { name: 'chat', because: 'it has several turns', fits: (_, { turns }) => turns >= 3 },
]

export function taskClassOf(request: Request, features: Features): TaskClass {
  if (request.taskClass !== null) return { name: request.taskClass, source: 'declared' }
  const inference = inferences.find(({ fits }) => fits(request, features))
  return inference === undefined
    ? { name: 'general', source: 'inferred: nothing special about it' }
    : { name: inference.name, source: `inferred: ${inference.because}` }
}
