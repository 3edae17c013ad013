import type { Request } from '@waybill/schemas/generated/request'
import { readOpaque } from './conversation.ts'
import { settingsOf } from './sampling.ts'

/** What a target must be able to do to serve a request as it stands. */
export interface Needs {
  readonly tools: boolean
  /** A named tool, or any, must be called. */
  readonly forcedTool: boolean
  /** Several calls at once must be possible. */
  readonly parallelTools: boolean
  /** Several calls at once must be impossible. */
  readonly singleTool: boolean
  readonly outputSchema: boolean
  readonly images: boolean
  /** Sampling settings that the request brings, and those that it requires; a word that is no setting is required too. */
  readonly sampling: readonly string[]
  readonly requiredSampling: readonly string[]
  readonly reasoning: boolean
  /** Whose parts the conversation holds: only that API may serve it. api null: any of the provider's. */
  readonly opaque: readonly { readonly provider: string; readonly api: string | null }[]
  /** Places of parts that nobody can take: of a kind we do not know, without a vendor that would. */
  readonly unknownParts: readonly string[]
}

const known = new Set(['text', 'image', 'toolCall', 'toolResult', 'reasoning'])

export function needsOf(request: Request): Needs {
  const hasTools = request.tools.length > 0
  const forced = request.toolChoice?.kind === 'tool' || request.toolChoice?.kind === 'required'
  const parts = request.messages.flatMap((message, index) =>
    message.parts.map((part, at) => ({ part, opaque: readOpaque(part), place: `messages[${index}].parts[${at}]` })),
  )
  const owners = new Map<string, { readonly provider: string; readonly api: string | null }>()
  for (const { opaque } of parts)
    if (opaque !== null && opaque !== 'malformed')
      owners.set(`${opaque.provider}/${opaque.api ?? ''}`, { provider: opaque.provider, api: opaque.api })
  const unknownParts = parts.filter(
    ({ part, opaque }) => opaque === 'malformed' || (opaque === null && !known.has(part.kind)),
  )
  return {
    tools: hasTools,
    forcedTool: hasTools && forced,
    parallelTools: hasTools && request.parallelToolCalls === true,
    singleTool: hasTools && request.parallelToolCalls === false,
    outputSchema: request.outputSchema !== null,
    images: parts.some(({ part }) => part.kind === 'image'),
    sampling: settingsOf(request),
    requiredSampling: request.sampling?.required ?? [],
    reasoning: request.reasoning !== null,
    opaque: [...owners.values()],
    unknownParts: unknownParts.map(({ place }) => place),
  }
}
