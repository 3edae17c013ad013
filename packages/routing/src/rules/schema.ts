import type { Request } from '@waybill/schemas/generated/request'
import type { Question, Rule, SchemaSupport, Weighed } from './rule.ts'
import { out } from './rule.ts'

/** What the target makes of the request's schemas: by what its translation says, else by the catalogue. */
export function schemaSupportOf(candidate: Weighed, { schemaSupport }: Question): SchemaSupport {
  const { api, provider, capabilities } = candidate.target
  const declared = capabilities.jsonSchema === 'none' ? 'unsupported' : capabilities.jsonSchema
  return declared === 'unsupported' ? declared : (schemaSupport[api] ?? schemaSupport[provider] ?? declared)
}

export const hasSchema = (request: Request): boolean => request.outputSchema !== null || request.tools.length > 0

/** JSON Schemas that the vendor does not take. A lossy translation will do: answers are validated against the original. */
export const schema: Rule = {
  name: 'schema',
  judge(candidate, question) {
    const { request } = question
    if (!hasSchema(request)) return undefined
    if (schemaSupportOf(candidate, question) === 'unsupported' && request.outputSchema !== null)
      return out('does not take such a schema')
    if (request.outputSchema !== null && request.tools.length > 0 && !candidate.target.capabilities.schemaWithTools)
      return out('takes no output schema beside tools')
    return undefined
  },
}
