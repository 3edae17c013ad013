import type { Request } from '@waybill/schemas/generated/request'
import { arrayAt, isArray, memberOf, parseJson, stringAt } from '../json.ts'
import type { Said } from '../reading.ts'

const wrappers = new Set(['parallel', 'multi_tool_use.parallel', 'multi_tool_use_parallel'])

/** A model now and then wraps several calls in one of a tool that nobody gave it: `{ tool_uses: [{ recipient_name, parameters }] }`. */
export function expanded(said: readonly Said[], request: Request): readonly Said[] {
  return said.flatMap((each) => {
    if (each.kind !== 'toolCall' || !wrappers.has(each.name)) return [each]
    if (request.tools.some((tool) => tool.name === each.name)) return [each]
    return unwrapped(each)
  })
}

function unwrapped(wrapper: Said & { kind: 'toolCall' }): readonly Said[] {
  const given = typeof wrapper.arguments === 'string' ? parseJson(wrapper.arguments) : wrapper.arguments
  if (!isArray(memberOf(given, 'tool_uses'))) return [wrapper]
  return arrayAt(given, 'tool_uses').map((use, index) => ({
    kind: 'toolCall',
    id: `${wrapper.id}-${index}`,
    name: (stringAt(use, 'recipient_name') ?? '').replace(/^functions\./u, ''),
    arguments: memberOf(use, 'parameters'),
  }))
}
