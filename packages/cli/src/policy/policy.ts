// `waybill policy check`: everything that is wrong with a policy file.
import { parseArgs } from 'node:util'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { targetsOf } from '@waybill/routing/offers'
import { readSettings } from '@waybill/runtime/config'
import type { Command, ExitCode } from '../command.ts'
import { say, UsageError } from '../command.ts'
import { onlyArgument } from '../options.ts'
import { counted } from '../terminal.ts'
import { unpinned } from '../doctor/pin-check.ts'
import type { CheckedPolicy } from './policy-file.ts'
import { readPolicy } from './policy-file.ts'

const help = `Usage: npm run waybill -- policy check [FILE] [options]

Checks a policy: without FILE, that of WAYBILL_POLICY, else deploy/policies/default.yaml. Prints every problem with its
path and a hint, and exits with 1 where there is one. docs/decision.md explains the file.

  --json            the result as one JSON object
  --help            this text

Example: npm run waybill -- policy check my-policy.yaml
`

/** For a person: what is wrong, or what the file says in short. */
export function policyPage(checked: CheckedPolicy): string {
  const { path } = checked
  if ('problems' in checked) {
    const lines = checked.problems.map((each) => `  ${each.path}: ${each.problem}\n      → ${each.hint}`)
    return [`${path} has ${counted(checked.problems.length, 'problem')}:`, ...lines].join('\n')
  }
  const { version, hash, tiers, tenants, everyone } = checked.policy
  const targets = [...tiers.values()].reduce((sum, each) => sum + each.length, 0)
  const enforced = everyone.enforce ? 'enforced' : 'not enforced: the requested model serves, and the choice is logged'
  const models = unpinned(targetsOf(checked.policy, catalogue))
  return [
    `${path} is valid: version ${version}, hash ${hash.slice(0, 12)}, ${enforced}.`,
    `  ${counted(tiers.size, 'tier')} with ${counted(targets, 'target')}, ${counted(everyone.classes.size, 'task class', 'task classes')}, ${counted(tenants.size, 'tenant')} with terms of their own, baseline ${everyone.baseline.model}, mode ${everyone.mode}.`,
    ...(models.length === 0
      ? []
      : [`  Without a dated id, so that drift cannot be told from what they answer to: ${models.join(', ')}.`]),
  ].join('\n')
}

const asJson = (checked: CheckedPolicy): object =>
  'problems' in checked
    ? { valid: false, ...checked }
    : {
        valid: true,
        path: checked.path,
        version: checked.policy.version,
        hash: checked.policy.hash,
        problems: [],
        unpinned: unpinned(targetsOf(checked.policy, catalogue)),
      }

function run(given: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  })
  const [verb, ...rest] = positionals
  if (verb !== 'check') throw new UsageError('Say what to do: policy check.')
  const checked = readPolicy(onlyArgument(rest, 'file') ?? readSettings().policyFile)
  say(values.json ? JSON.stringify(asJson(checked)) : policyPage(checked))
  return Promise.resolve('problems' in checked ? 1 : 0)
}

export const policy: Command = { name: 'policy', summary: 'check a policy file', help, run }
