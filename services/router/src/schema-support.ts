import { schemaSupport } from '@waybill/providers/schema/support'
import type { Request } from '@waybill/schemas/generated/request'
import type { Tables } from './reducer/prepared.ts'

/** What each provider makes of all schemas of a request: the worst of them counts. */
export function supportOf(request: Request): ReturnType<Tables['schemaSupport']> {
  const supports = request.tools.map(({ parameters }) => schemaSupport(parameters, 'arguments'))
  if (request.outputSchema !== null) supports.push(schemaSupport(request.outputSchema))
  const order = ['strict', 'lossy', 'unsupported'] as const
  const worst = { openai: 0, anthropic: 0, gemini: 0 }
  for (const support of supports)
    for (const provider of ['openai', 'anthropic', 'gemini'] as const)
      worst[provider] = Math.max(worst[provider], order.indexOf(support[provider]))
  const named = (rank: number): (typeof order)[number] => order[rank] ?? 'unsupported'
  return { openai: named(worst.openai), anthropic: named(worst.anthropic), gemini: named(worst.gemini) }
}
