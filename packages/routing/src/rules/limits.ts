import type { Request } from '@waybill/schemas/generated/request'
import type { CatalogueTarget } from '../catalogue/target.ts'
import type { Features } from '../estimate/features.ts'
import type { Rule } from './rule.ts'
import { out } from './rule.ts'

/** Whether the model is to go on with what it has begun itself. */
const isPrefill = ({ messages }: Request): boolean => messages.at(-1)?.role === 'assistant'

function overTools({ tools }: Request, { capabilities }: CatalogueTarget): string | undefined {
  const most = capabilities.limits.tools
  return tools.length > most ? `takes at most ${most} tools` : undefined
}

/** A target that takes no stop sequences at all ignores them, and says so. */
function overStops({ sampling }: Request, { capabilities }: CatalogueTarget): string | undefined {
  const { limits, sampling: taken } = capabilities
  if (sampling === null || !taken.includes('stop')) return undefined
  if (sampling.stop.length > limits.stops) return `takes at most ${limits.stops} stop sequences`
  return !limits.blankStops && sampling.stop.some((stop) => stop.trim() === '')
    ? 'takes no stop sequence of white space'
    : undefined
}

function unreadImages(features: Features, { capabilities }: CatalogueTarget): string | undefined {
  const { imageTypes, assistantImages } = capabilities.limits
  if (features.assistantImages && !assistantImages) return 'takes no images in the turns of the assistant'
  const unread = imageTypes !== null && features.imageTypes.some((type) => !imageTypes.includes(type))
  return unread ? 'does not read such images' : undefined
}

/** More of something than the vendor takes, or a kind of it that it refuses. */
export const limits: Rule = {
  name: 'limits',
  concerns: ({ request, features }) =>
    request.tools.length > 0 || features.images > 0 || (request.sampling?.stop.length ?? 0) > 0 || isPrefill(request),
  judge({ target }, { request, features }) {
    const problem =
      overTools(request, target) ??
      overStops(request, target) ??
      unreadImages(features, target) ??
      (isPrefill(request) && !target.capabilities.limits.prefill
        ? "does not go on with an assistant's turn"
        : undefined)
    return problem === undefined ? undefined : out(problem)
  },
}
