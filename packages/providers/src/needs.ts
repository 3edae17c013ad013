import type { Part } from '@waybill/schemas/generated/part'
import type { Request } from '@waybill/schemas/generated/request'
import type { Opaque } from './conversation.ts'
import { readOpaque } from './conversation.ts'
import { settingsOf } from './sampling.ts'

/** An API that alone understands a part; `api` null: any of the provider's. */
interface PartOwner {
  readonly provider: string
  readonly api: string | null
}

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
  /** Sampling settings that the request brings. */
  readonly sampling: readonly string[]
  /** Those that it requires, as it wrote them. */
  readonly requiredSampling: readonly string[]
  readonly reasoning: boolean
  /** Whose parts the conversation holds: every one of these must be the target. */
  readonly opaque: readonly PartOwner[]
  /** Places of parts that nobody can take: of a kind we do not know and without an owner, or malformed. */
  readonly unknownParts: readonly string[]
}

const known = new Set(['text', 'image', 'toolCall', 'toolResult', 'reasoning'])

export function needsOf(request: Request): Needs {
  const tools = request.tools.length > 0
  const choice = request.toolChoice?.kind
  return {
    tools,
    forcedTool: tools && (choice === 'tool' || choice === 'required'),
    parallelTools: tools && request.parallelToolCalls === true,
    singleTool: tools && request.parallelToolCalls === false,
    outputSchema: request.outputSchema !== null,
    sampling: settingsOf(request),
    requiredSampling: request.sampling?.required ?? [],
    reasoning: request.reasoning !== null,
    ...needsOfParts(request),
  }
}

function needsOfParts(request: Request): Pick<Needs, 'images' | 'opaque' | 'unknownParts'> {
  const owners = new Map<string, PartOwner>()
  const unknownParts: string[] = []
  let images = false
  for (const [index, message] of request.messages.entries())
    for (const [at, part] of message.parts.entries()) {
      const opaque = readOpaque(part)
      images ||= part.kind === 'image'
      if (isUnknown(part, opaque)) unknownParts.push(`messages[${index}].parts[${at}]`)
      if (opaque !== null && opaque !== 'malformed')
        owners.set(JSON.stringify([opaque.provider, opaque.api]), { provider: opaque.provider, api: opaque.api })
    }
  return { images, opaque: [...owners.values()], unknownParts }
}

const isUnknown = (part: Part, opaque: Opaque | 'malformed' | null): boolean =>
  opaque === 'malformed' || (opaque === null && !known.has(part.kind))
