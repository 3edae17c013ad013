import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Policy } from '@waybill/routing/policy/policy'
import { parsePolicy } from '@waybill/routing/policy/parse'

interface PolicyProblem {
  readonly path: string
  readonly problem: string
  readonly hint: string
}

export type CheckedPolicy = { readonly path: string } & (
  | { readonly policy: Policy }
  | { readonly problems: readonly PolicyProblem[] }
)

/** What is in force where no file is named. */
const defaultPolicy = join(import.meta.dirname, '../../../../deploy/policies/default.yaml')

/** @param named the file; empty for the default */
export function readPolicy(named: string): CheckedPolicy {
  const path = named === '' ? defaultPolicy : named
  try {
    return { path, ...parsePolicy(readFileSync(path, 'utf8')) }
  } catch {
    const hint = 'check its path and its rights'
    return { path, problems: [{ path: '(file)', problem: 'it cannot be read', hint }] }
  }
}
