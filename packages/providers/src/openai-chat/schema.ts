import type { Tool } from '@waybill/schemas/generated/tool'
import type { JsonObject } from '../json.ts'
import { loose, strict } from '../openai/dialect.ts'
import { reject } from '../rejection.ts'
import type { Transform } from '../schema/transform.ts'
import { argumentsInto, transformInto } from '../schema/transform.ts'

export const outputSchema: Transform = transformInto(strict, loose)
export const toolSchema: Transform = argumentsInto(strict, loose)

export function responseFormat(schemaText: string): JsonObject {
  const given = outputSchema(schemaText) ?? reject('unsupported_schema', 'outputSchema')
  return { type: 'json_schema', json_schema: { name: 'output', schema: given.schema, strict: given.isEnforced } }
}

export function functionTool(tool: Tool, name: string): JsonObject {
  const given = toolSchema(tool.parameters) ?? reject('unsupported_schema', 'tools: parameters')
  const described = tool.description === null ? {} : { description: tool.description }
  return { type: 'function', function: { name, ...described, parameters: given.schema, strict: given.isEnforced } }
}
