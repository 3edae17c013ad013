import type { Tool } from '@waybill/schemas/generated/tool'
import type { JsonObject } from '../json.ts'
import { reject } from '../rejection.ts'
import { hint } from '../schema/hint.ts'
import type { Transform } from '../schema/transform.ts'

export const outputSchema: Transform = (schemaText) => {
  const given = hint(schemaText)
  return given === null ? null : { ...given, isEnforced: true }
}
export const toolSchema: Transform = (schemaText) => hint(schemaText)

export function outputFormat(schemaText: string): JsonObject {
  const given = outputSchema(schemaText) ?? reject('unsupported_schema', 'outputSchema')
  return { type: 'json_schema', schema: given.schema }
}

export function inputTool(tool: Tool, name: string): JsonObject {
  const given = toolSchema(tool.parameters) ?? reject('unsupported_schema', 'tools: parameters')
  const described = tool.description === null ? {} : { description: tool.description }
  return { name, ...described, input_schema: given.schema }
}
