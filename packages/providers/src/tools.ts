import type { Request } from '@waybill/schemas/generated/request'
import type { Tool } from '@waybill/schemas/generated/tool'
import { reject } from './rejection.ts'

/** Whether tools may be used, after what the request says was checked against what it brings. */
export type Choice = { readonly kind: 'auto' | 'none' | 'required' } | { readonly kind: 'tool'; readonly name: string }

/** null: the request says nothing, or there are no tools to choose from. */
export function choiceOf(request: Request): Choice | null {
  const choice = request.toolChoice
  if (choice === null) return null
  if (choice.kind === 'other') return reject('tool_choice', 'toolChoice.kind is not one that this version knows')
  if (choice.kind === 'tool') return namedChoice(request, choice.name)
  if (request.tools.length > 0) return { kind: choice.kind }
  return choice.kind === 'required' ? reject('tool_choice', 'toolChoice is required and there are no tools') : null
}

function namedChoice(request: Request, name: string | null): Choice {
  if (name === null || !request.tools.some((tool) => tool.name === name))
    return reject('tool_choice', 'toolChoice.name is not a tool of the request')
  return { kind: 'tool', name }
}

/** The tools, if they are no more than the vendor takes. */
export const atMost = (most: number, tools: readonly Tool[]): readonly Tool[] =>
  tools.length > most ? reject('too_many_tools', `tools: this API takes at most ${most}`) : tools

/** The name on the vendor's side; every name of a request is in the map. */
export const renamed = (names: ReadonlyMap<string, string>, name: string): string => names.get(name) ?? name
