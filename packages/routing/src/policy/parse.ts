import { parseDocument } from 'yaml'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { catalogue } from '../catalogue/catalogue.ts'
import { canonicalHash } from '../hash/canonical.ts'
import { defaultAccount, providersOf, withAccounts } from '../catalogue/accounts.ts'
import type { Account, Contract, Policy, PolicyTerms } from './policy.ts'
import type { Place, Problem } from './reading.ts'
import { complain, expectMembers, isMapping, member, readList, readMapping, readNumber, readText } from './reading.ts'
import type { Known } from './terms.ts'
import { readNamed, readTarget, readTerms, silentTerms, termsMembers } from './terms.ts'

/** Every setting at the top of a file. */
export const policyMembers = [
  'version',
  'tiers',
  'retention',
  'contracts',
  'accounts',
  'tenants',
  ...termsMembers,
] as const

/** A policy, or everything that is wrong with its file. */
export type ParsedPolicy = { readonly policy: Policy } | { readonly problems: readonly Problem[] }

/** What the YAML library says to programmers, as it is said to who writes a file. */
const faults: readonly (readonly [pattern: RegExp, problem: string | null, hint: string])[] = [
  [/multiple documents/u, 'the file holds more than one document', 'keep one, without a line of ---'],
  [/call stack/u, 'it is nested too deeply', 'a policy has five levels at most'],
  [/alias count/u, 'its aliases make it too large', 'write names out instead of anchors and aliases'],
  [/keys must be unique/u, null, 'name each setting once'],
  [/Tabs are not allowed/u, null, 'indent with spaces'],
]

function faultOf(path: string, message: string): Problem {
  const said = message.replace(/ at line \d[^]*$/u, '')
  const [, problem, hint] = faults.find(([pattern]) => pattern.test(said)) ?? [undefined, null, 'the file must be YAML']
  return { path, problem: problem ?? said, hint }
}

type Read = { readonly value: unknown } | { readonly problems: readonly Problem[] }

function readYaml(text: string): Read {
  const document = parseDocument(text, { prettyErrors: true })
  // What follows a first fault is often its echo.
  const [broken] = document.errors
  if (broken !== undefined) return { problems: [faultOf(`line ${broken.linePos?.[0].line ?? 1}`, broken.message)] }
  try {
    const value: unknown = document.toJS()
    return { value }
  } catch (error) {
    return { problems: [faultOf('(top)', error instanceof Error ? error.message : 'it cannot be read')] }
  }
}

/** Reads a policy from YAML (or JSON, which is YAML). Names in it must stand in the catalogue. */
export function parsePolicy(text: string, from: Catalogue = catalogue): ParsedPolicy {
  const read = readYaml(text)
  if ('problems' in read) return read
  const problems: Problem[] = []
  const top: Place = { value: read.value, path: '', problems }
  if (read.value === null) complain(top, 'the file says nothing', 'start from deploy/policies/default.yaml')
  else if (!isMapping(read.value))
    complain(top, 'the file is no mapping of settings', 'start from deploy/policies/default.yaml')
  if (problems.length > 0) return { problems }
  const policy = readPolicy(top, from)
  return problems.length === 0 ? { policy } : { problems }
}

function readPolicy(top: Place, from: Catalogue): Policy {
  expectMembers(top, policyMembers)
  const accounts = readAccounts(member(top, 'accounts'), from)
  const all = withAccounts(from, accounts)
  const tiers = readTiers(member(top, 'tiers'), all)
  const retention = readRetention(member(top, 'retention'))
  const known = { catalogue: all, tiers: [...tiers.keys()], retention: [...retention.keys()] }
  const everyone = readTerms(top, silentTerms, known)
  return {
    version: readText(member(top, 'version'), null, "'1'"),
    hash: top.problems.length === 0 ? canonicalHash(top.value) : '',
    tiers,
    retention,
    contracts: readContracts(member(top, 'contracts'), all),
    accounts,
    everyone,
    tenants: readTenants(member(top, 'tenants'), everyone, known),
  }
}

function readTiers(place: Place, from: Catalogue): ReadonlyMap<string, readonly string[]> {
  const tiers = readMapping<readonly string[]>(place, new Map(), (tier) => {
    const targets = readList(tier, [], (at) => readTarget(at, { catalogue: from }))
    if (targets.length === 0) complain(tier, 'the tier has no targets', 'name at least one of the catalogue')
    if (new Set(targets).size < targets.length) complain(tier, 'a target stands there twice', 'name each once')
    return targets
  })
  if (tiers.size === 0) complain(place, 'there are no tiers', 'name at least one, with its targets')
  return tiers
}

/** `none` is always known: a provider keeps nothing. */
function readRetention(place: Place): ReadonlyMap<string, readonly string[]> {
  const named = readMapping<readonly string[]>(place, new Map(), (at) =>
    readList(at, [], (each) => readText(each, null, '30d')),
  )
  return new Map([['none', ['none']], ...named])
}

const contractMembers = ['price', 'retention', 'regions'] as const

function readContracts(place: Place, from: Catalogue): ReadonlyMap<string, Contract> {
  expectMembers(place, [...providersOf(from), ...from.targets.keys()])
  return readMapping<Contract>(place, new Map(), (contract) => {
    expectMembers(contract, contractMembers)
    return readContract(contract)
  })
}

function readContract(contract: Place): Contract {
  const [retention, regions] = [member(contract, 'retention'), member(contract, 'regions')]
  const factor = { least: 0.01, most: 10, whole: false, hint: 'times the list price: 0.9 is ten per cent off' }
  return {
    price: readNumber(member(contract, 'price'), factor, 1),
    retention: retention.value === undefined ? null : readText(retention, null, 'none'),
    regions: regions.value === undefined ? null : readList(regions, [], (at) => readText(at, null, 'eu')),
  }
}

/** What the name of a setting with its key can be made of. */
const accountName = /^[a-z][a-z0-9-]{0,31}$/u

function readAccounts(place: Place, from: Catalogue): ReadonlyMap<string, Account> {
  return readMapping<Account>(place, new Map(), (account) => {
    const name = account.path.slice(place.path.length + 1)
    if (name === defaultAccount) complain(account, 'every provider has it', 'its terms stand under contracts')
    else if (!accountName.test(name))
      complain(account, 'is no name of an account', 'lower-case letters, digits and hyphens, at most 32')
    expectMembers(account, ['provider', ...contractMembers])
    const provider = readNamed(member(account, 'provider'), 'provider', providersOf(from))
    return { provider, ...readContract(account) }
  })
}

function readTenants(place: Place, everyone: PolicyTerms, known: Known): ReadonlyMap<string, PolicyTerms> {
  return readMapping<PolicyTerms>(place, new Map(), (tenant) => {
    expectMembers(tenant, termsMembers)
    return readTerms(tenant, everyone, known)
  })
}
