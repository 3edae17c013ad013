import type { Request } from '@waybill/schemas/generated/request'
import type { Tool } from '@waybill/schemas/generated/tool'
import type { JsonObject } from '../json.ts'
import { reject } from '../rejection.ts'
import { open, unlimited } from '../schema/dialect.ts'
import { instruction } from '../schema/instruction.ts'
import type { Transform } from '../schema/transform.ts'
import { argumentsInto, transformInto } from '../schema/transform.ts'
import { listed } from './dialect.ts'
import { takesSchemaWithTools } from './models.ts'

export const outputSchema: Transform = transformInto(listed, open)
/** Where there are no words for a schema, a looser one: a tool cannot be described otherwise. */
export const toolSchema: Transform = argumentsInto(listed, {
  ...listed,
  recursion: 'anywhere',
  keepsAll: true,
  most: unlimited,
})

export interface OutputRequest {
  readonly config: JsonObject
  readonly instruction: string | null
}

export function outputOf(request: Request, model: string): OutputRequest {
  if (request.outputSchema === null) return { config: {}, instruction: null }
  const given = outputSchema(request.outputSchema) ?? reject('unsupported_schema', 'outputSchema')
  if (request.tools.length > 0 && !takesSchemaWithTools(model))
    return { config: {}, instruction: instruction(given.schema) }
  const config = { responseMimeType: 'application/json' }
  return given.isEnforced
    ? { config: { ...config, responseJsonSchema: given.schema }, instruction: null }
    : { config, instruction: instruction(given.schema) }
}

export function declaration(tool: Tool, name: string): JsonObject {
  const given = toolSchema(tool.parameters) ?? reject('unsupported_schema', 'tools: parameters')
  const described = tool.description === null ? {} : { description: tool.description }
  return { name, ...described, parametersJsonSchema: given.schema }
}
