import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import { toolNames } from '../conversation.ts'
import type { JsonObject } from '../json.ts'
import { prepared, reject } from '../rejection.ts'
import { renaming } from '../renaming.ts'
import { samplingOf } from '../sampling.ts'
import { choiceOf, renamed } from '../tools.ts'
import type { RequestOutcome } from '../vendor-api.ts'
import { contentsOf } from './contents.ts'
import { samplingNames, stops } from './models.ts'
import { toolNameRule } from './names.ts'
import { declaration, outputOf } from './schema.ts'
import { thinkingOf } from './thinking.ts'

export function prepare(
  request: Request,
  target: Target,
  limits: { readonly maxOutputTokens: number },
): RequestOutcome {
  return prepared(() => {
    if (request.parallelToolCalls === false && request.tools.length > 0)
      reject('parallel_switch', 'parallelToolCalls: this API has no way to forbid several calls at once')
    const names = renaming(toolNames(request), toolNameRule)
    const sampled = samplingOf(request, samplingNames(target.model), stops)
    const output = outputOf(request, target.model)
    const { systemInstruction, contents } = contentsOf(request, target, names, output.instruction)
    const thinking = thinkingOf(request, target.model)
    const config = {
      ...(systemInstruction === null ? {} : { systemInstruction }),
      maxOutputTokens: limits.maxOutputTokens,
      // Else the SDK goes on by itself, and one call is billed as several.
      automaticContinuation: false,
      ...(target.serviceTier === null ? {} : { serviceTier: target.serviceTier }),
      ...toolsOf(request, names),
      ...output.config,
      ...(thinking.config === null ? {} : { thinkingConfig: thinking.config }),
      ...sampled.body,
      ...seedOf(request, sampled.body),
    }
    return { body: { model: target.model, contents, config }, ignored: [...sampled.ignored, ...thinking.ignored] }
  })
}

/** Of 32 bits. Which seed is which does not matter, as long as the same one is always the same. */
function seedOf({ sampling }: Request, taken: JsonObject): JsonObject {
  const seed = sampling?.seed ?? null
  return seed === null || taken['seed'] === undefined ? {} : { seed: seed | 0 }
}

const modes = { auto: 'AUTO', none: 'NONE', required: 'ANY', tool: 'ANY' } as const

function toolsOf(request: Request, names: ReadonlyMap<string, string>): JsonObject {
  const choice = choiceOf(request)
  if (request.tools.length === 0) return {}
  const functionDeclarations = request.tools.map((tool) => declaration(tool, renamed(names, tool.name)))
  if (choice === null) return { tools: [{ functionDeclarations }] }
  const allowed = choice.kind === 'tool' ? { allowedFunctionNames: [renamed(names, choice.name)] } : {}
  return {
    tools: [{ functionDeclarations }],
    toolConfig: { functionCallingConfig: { mode: modes[choice.kind], ...allowed } },
  }
}
