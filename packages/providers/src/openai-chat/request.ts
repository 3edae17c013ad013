import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import type { JsonObject } from '../json.ts'
import { effortFor, mostTools, samplingNames, stops } from '../openai/models.ts'
import { serviceTierOf } from '../service-tier.ts'
import { toolNameRule } from '../openai/names.ts'
import { toolNames } from '../conversation.ts'
import { prepared } from '../rejection.ts'
import { renaming } from '../renaming.ts'
import { samplingOf } from '../sampling.ts'
import { atMost, choiceOf, renamed } from '../tools.ts'
import type { RequestOutcome } from '../vendor-api.ts'
import { messagesOf } from './messages.ts'
import { functionTool, responseFormat } from './schema.ts'

const sampling = {
  temperature: 'temperature',
  topP: 'top_p',
  seed: 'seed',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  stop: 'stop',
}

export function prepare(
  request: Request,
  target: Target,
  limits: { readonly maxOutputTokens: number },
): RequestOutcome {
  return prepared(() => {
    const names = renaming(toolNames(request), toolNameRule)
    const sampled = samplingOf(request, samplingNames(target.model, sampling), stops)
    const { effort, ignored } = effortFor(request, target.model)
    const body = {
      model: target.model,
      messages: messagesOf(request, target, names),
      max_completion_tokens: limits.maxOutputTokens,
      store: false,
      ...serviceTierOf(target),
      ...toolsOf(request, names),
      ...(request.outputSchema === null ? {} : { response_format: responseFormat(request.outputSchema) }),
      ...(effort === null ? {} : { reasoning_effort: effort }),
      ...sampled.body,
    }
    return { body, ignored: [...sampled.ignored, ...ignored] }
  })
}

function toolsOf(request: Request, names: ReadonlyMap<string, string>): JsonObject {
  const choice = choiceOf(request)
  if (request.tools.length === 0) return {}
  return {
    tools: atMost(mostTools, request.tools).map((tool) => functionTool(tool, renamed(names, tool.name))),
    ...(choice === null
      ? {}
      : { tool_choice: toolChoice(choice.kind, 'name' in choice ? renamed(names, choice.name) : '') }),
    ...(request.parallelToolCalls === null ? {} : { parallel_tool_calls: request.parallelToolCalls }),
  }
}

const toolChoice = (kind: string, name: string): unknown =>
  kind === 'tool' ? { type: 'function', function: { name } } : kind
