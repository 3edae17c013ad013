// Faults that stand until they are used up or taken away: what a control call sets up.
import type { Provider } from '../prices.ts'
import { chance, randomOf } from '../random.ts'
import type { ApiName } from '../apis/vendor.ts'
import type { Commanded } from './registry.ts'

/** Which calls a rule is for; null is all. */
export interface Filter {
  readonly provider: Provider | null
  readonly api: ApiName | null
  readonly model: string | null
  /** Text that the body of the request has in it. */
  readonly contains: string | null
}

interface Rule extends Filter {
  readonly id: string
  /** As it was commanded. */
  readonly fault: string
  readonly commands: readonly Commanded[]
  readonly probability: number
  /** null: until it is taken away. */
  readonly count: number | null
}

interface CallFacts {
  readonly provider: Provider
  readonly api: ApiName
  readonly model: string
  readonly body: Uint8Array
}

export interface StandingFaults {
  /** Replaces the rule of the same id. `first`: before all others. */
  readonly add: (rule: Rule, first?: boolean) => void
  readonly remove: (id: string) => boolean
  readonly clear: () => void
  readonly list: () => readonly (Omit<Rule, 'commands'> & { readonly matched: number; readonly applied: number })[]
  /** What happens to a call, by the first rule that takes it. */
  readonly strike: (call: CallFacts) => readonly Commanded[]
}

interface Standing {
  readonly rule: Rule
  matched: number
  applied: number
}

export function standingFaults(seed: string): StandingFaults {
  let rules: Standing[] = []
  const without = (id: string): Standing[] => rules.filter((each) => each.rule.id !== id)
  return {
    add: (rule, first = false) => {
      const standing = { rule, matched: 0, applied: 0 }
      rules = first ? [standing, ...without(rule.id)] : [...without(rule.id), standing]
    },
    remove: (id) => {
      const before = rules.length
      rules = without(id)
      return rules.length < before
    },
    clear: () => void (rules = []),
    list: () =>
      rules.map(({ rule, matched, applied }) => {
        const { commands: _, ...told } = rule
        return { ...told, matched, applied }
      }),
    strike: (call) => {
      const struck = rules.find((each) => isStruck(each, call, seed))
      if (struck === undefined) return []
      struck.applied++
      return struck.rule.commands
    },
  }
}

function isStruck(standing: Standing, call: CallFacts, seed: string): boolean {
  const { rule } = standing
  if (!fits(rule, call) || (rule.count !== null && standing.applied >= rule.count)) return false
  standing.matched++
  // By the count of calls and not by their content: the same request, tried again, may fare better.
  return rule.probability >= 1 || chance(randomOf(`${seed}/${rule.id}`, String(standing.matched)), rule.probability)
}

function fits(rule: Rule, call: CallFacts): boolean {
  return (
    (rule.provider === null || rule.provider === call.provider) &&
    (rule.api === null || rule.api === call.api) &&
    (rule.model === null || rule.model === call.model) &&
    rule.commands.every((command) => command.fault.apis.includes(call.api)) &&
    (rule.contains === null ||
      Buffer.from(call.body.buffer, call.body.byteOffset, call.body.byteLength).includes(rule.contains))
  )
}
