import type { Request } from '@waybill/schemas/generated/request'
import type { Question, Rule, SchemaSupport, Weighed } from './rule.ts'
import { out } from './rule.ts'

/** What the target's translation makes of the request's schemas; where nobody says, what the catalogue says. */
export function schemaSupportOf({ target }: Weighed, { request, schemaSupport }: Question): SchemaSupport {
  const { jsonSchema } = target.capabilities
  if (jsonSchema === 'none' && request.outputSchema !== null) return 'unsupported'
  return schemaSupport[target.api] ?? schemaSupport[target.provider] ?? (jsonSchema === 'none' ? 'lossy' : jsonSchema)
}

export const hasSchema = (request: Request): boolean => request.outputSchema !== null || request.tools.length > 0

/** JSON Schemas that the vendor does not take. A lossy translation will do: answers are validated against the original. */
export const schema: Rule = {
  name: 'schema',
  concerns: ({ request }) => hasSchema(request),
  judge(candidate, question) {
    const { request } = question
    if (schemaSupportOf(candidate, question) === 'unsupported') return out('does not take such a schema')
    const both = request.outputSchema !== null && request.tools.length > 0
    return both && !candidate.target.capabilities.schemaWithTools
      ? out('takes no output schema beside tools')
      : undefined
  },
}
