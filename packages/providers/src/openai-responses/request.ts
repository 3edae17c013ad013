import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import { toolNames } from '../conversation.ts'
import type { JsonObject } from '../json.ts'
import { effortFor, mostTools, reasons, samplingNames, stops } from '../openai/models.ts'
import { toolNameRule } from '../openai/names.ts'
import { prepared } from '../rejection.ts'
import { renaming } from '../renaming.ts'
import { samplingOf } from '../sampling.ts'
import { atMost, choiceOf, renamed } from '../tools.ts'
import type { RequestOutcome } from '../vendor-api.ts'
import { serviceTierOf } from '../service-tier.ts'
import { inputOf } from './input.ts'
import { functionTool, textFormat } from './schema.ts'

/** This API has neither stop sequences nor a seed nor penalties. */
const sampling = { temperature: 'temperature', topP: 'top_p' }

export function prepare(
  request: Request,
  target: Target,
  limits: { readonly maxOutputTokens: number },
): RequestOutcome {
  return prepared(() => {
    const names = renaming(toolNames(request), toolNameRule)
    const sampled = samplingOf(request, samplingNames(target.model, sampling), stops)
    const reasoning = reasoningOf(request, target)
    const body = {
      model: target.model,
      ...inputOf(request, target, names),
      max_output_tokens: limits.maxOutputTokens,
      store: false,
      ...serviceTierOf(target),
      ...toolsOf(request, names),
      ...(request.outputSchema === null ? {} : { text: { format: textFormat(request.outputSchema) } }),
      ...reasoning.body,
      ...sampled.body,
    }
    return { body, ignored: [...sampled.ignored, ...reasoning.ignored] }
  })
}

function toolsOf(request: Request, names: ReadonlyMap<string, string>): JsonObject {
  const choice = choiceOf(request)
  if (request.tools.length === 0) return {}
  const named = choice?.kind === 'tool' ? { type: 'function', name: renamed(names, choice.name) } : choice?.kind
  return {
    tools: atMost(mostTools, request.tools).map((tool) => functionTool(tool, renamed(names, tool.name))),
    ...(named === undefined ? {} : { tool_choice: named }),
    ...(request.parallelToolCalls === null ? {} : { parallel_tool_calls: request.parallelToolCalls }),
  }
}

function reasoningOf(
  request: Request,
  target: Target,
): { readonly body: JsonObject; readonly ignored: readonly string[] } {
  const { effort, ignored } = effortFor(request, target.model)
  const body = {
    ...(effort === null ? {} : { reasoning: { effort } }),
    // Nothing is stored with the vendor, so what it needs to continue must come back with the answer.
    ...(reasons(target.model) ? { include: ['reasoning.encrypted_content'] } : {}),
  }
  return { body, ignored }
}
