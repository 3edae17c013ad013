import type { Request } from '@waybill/schemas/generated/request'
import type { Target } from '@waybill/schemas/generated/target'
import { toolNames } from '../conversation.ts'
import type { JsonObject } from '../json.ts'
import { prepared } from '../rejection.ts'
import { renaming } from '../renaming.ts'
import { samplingOf } from '../sampling.ts'
import { serviceTierOf } from '../service-tier.ts'
import type { Choice } from '../tools.ts'
import { choiceOf, renamed } from '../tools.ts'
import type { RequestOutcome } from '../vendor-api.ts'
import { conversationOf } from './messages.ts'
import { stops } from './models.ts'
import { toolNameRule } from './names.ts'
import { inputTool, outputOf } from './schema.ts'
import { thinkingOf } from './thinking.ts'

/** Temperature, top_p and top_k are gone from this version of the API. */
const sampling = { stop: 'stop_sequences' }

export function prepare(
  request: Request,
  target: Target,
  limits: { readonly maxOutputTokens: number },
): RequestOutcome {
  return prepared(() => {
    const names = renaming(toolNames(request), toolNameRule)
    const sampled = samplingOf(request, sampling, stops)
    const { thinking, isThinking, effort, ignored } = thinkingOf(request, target.model, limits.maxOutputTokens)
    const asked = outputOf(request, isThinking)
    const output = {
      ...(asked.format === null ? {} : { format: asked.format }),
      ...(effort === null ? {} : { effort }),
    }
    const body = {
      model: target.model,
      max_tokens: limits.maxOutputTokens,
      ...serviceTierOf(target),
      ...conversationOf(request, target, names, { instruction: asked.instruction, isThinking }),
      ...toolsOf(request, names),
      ...asked.tools,
      ...(Object.keys(output).length === 0 ? {} : { output_config: output }),
      ...(thinking === null ? {} : { thinking }),
      ...sampled.body,
    }
    return { body, ignored: [...sampled.ignored, ...ignored] }
  })
}

function toolsOf(request: Request, names: ReadonlyMap<string, string>): JsonObject {
  const asked = choiceOf(request)
  if (request.tools.length === 0) return {}
  const choice = toolChoice(asked, request.parallelToolCalls, names)
  return {
    tools: request.tools.map((tool) => inputTool(tool, renamed(names, tool.name))),
    ...(choice === null ? {} : { tool_choice: choice }),
  }
}

const types = { auto: 'auto', required: 'any', tool: 'tool' } as const

function toolChoice(
  choice: Choice | null,
  parallel: boolean | null,
  names: ReadonlyMap<string, string>,
): JsonObject | null {
  if (choice?.kind === 'none') return { type: 'none' }
  if (choice === null && parallel === null) return null
  const named = choice?.kind === 'tool' ? { name: renamed(names, choice.name) } : {}
  const single = parallel === null ? {} : { disable_parallel_tool_use: !parallel }
  return { type: types[choice?.kind ?? 'auto'], ...named, ...single }
}
