import type { Request } from '@waybill/schemas/generated/request'
import type { Tool } from '@waybill/schemas/generated/tool'
import type { JsonObject } from '../json.ts'
import { reject } from '../rejection.ts'
import { open } from '../schema/dialect.ts'
import { instruction } from '../schema/instruction.ts'
import type { Transform } from '../schema/transform.ts'
import { argumentsInto, transformInto } from '../schema/transform.ts'
import { structured } from './dialect.ts'

const hint = { ...open, objectRoot: true }

export const outputSchema: Transform = transformInto(structured, hint)
/** Not strict: that is for few tools, and costs latency when a schema is met first. */
export const toolSchema: Transform = argumentsInto(hint, hint)

/** The tool that stands for the output where its schema is too much for output_config. */
const outputTool = 'structured_output'

export const isOutputTool = (request: Request, name: string): boolean =>
  request.outputSchema !== null && request.tools.length === 0 && name === outputTool

/** How the output is asked for: by a format, else by a tool that must be called, else in words. */
export interface OutputRequest {
  readonly format: JsonObject | null
  readonly tools: JsonObject
  readonly instruction: string | null
}

const nothing: OutputRequest = { format: null, tools: {}, instruction: null }

export function outputOf(request: Request, isThinking: boolean): OutputRequest {
  if (request.outputSchema === null) return nothing
  const given = outputSchema(request.outputSchema) ?? reject('unsupported_schema', 'outputSchema')
  if (given.isEnforced) return { ...nothing, format: { type: 'json_schema', schema: given.schema } }
  // A forced tool goes neither with thinking nor with tools that may be used or not.
  if (isThinking || request.tools.length > 0) return { ...nothing, instruction: instruction(given.schema) }
  const tool = { name: outputTool, description: 'Gives the answer.', input_schema: given.schema }
  const choice = { type: 'tool', name: outputTool, disable_parallel_tool_use: true }
  return { ...nothing, tools: { tools: [tool], tool_choice: choice } }
}

export function inputTool(tool: Tool, name: string): JsonObject {
  const given = toolSchema(tool.parameters) ?? reject('unsupported_schema', 'tools: parameters')
  const described = tool.description === null ? {} : { description: tool.description }
  return { name, ...described, input_schema: given.schema }
}
