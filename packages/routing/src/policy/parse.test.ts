import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { parsePolicy } from './parse.ts'
import type { Policy } from './policy.ts'
import { modeFor, policyVersion, termsFor } from './policy.ts'

const policies = resolve(import.meta.dirname, '../../../../deploy/policies')
const shipped = (name: string): string => readFileSync(resolve(policies, name), 'utf8')

function valid(text: string): Policy {
  const parsed = parsePolicy(text)
  if ('problems' in parsed) assert.fail(JSON.stringify(parsed.problems))
  return parsed.policy
}

/** The default policy with one line in the place of its own of that name. */
function withLine(line: string): string {
  const name = /^\w+/u.exec(line)?.[0] ?? 'nothing'
  const rest = shipped('default.yaml').replace(new RegExp(`^${name}: .*$`, 'mu'), '')
  return `${rest}\n${line}\n`
}

function problemsOf(text: string): readonly string[] {
  const parsed = parsePolicy(text)
  return 'problems' in parsed ? parsed.problems.map(({ path, problem, hint }) => `${path}: ${problem}; ${hint}`) : []
}

test('every policy that ships is valid', () => {
  const names = globSync('*.yaml', { cwd: policies })
  assert.ok(names.length >= 3)
  for (const name of names) valid(shipped(name))
})

test('every tier of the default policy has a backup at each of three providers', () => {
  for (const [tier, targets] of valid(shipped('default.yaml')).tiers)
    assert.equal(new Set(targets.map((id) => id.split('/')[0])).size, 3, tier)
})

test('a tenant has what everyone has, but for what it says itself', () => {
  const policy = valid(shipped('regulated.yaml'))
  const [clinic, other] = [termsFor(policy, 'clinic'), termsFor(policy, 'other')]
  assert.equal(modeFor(clinic, 'reasoning'), 'strict')
  assert.equal(modeFor(other, 'reasoning'), 'availability')
  assert.deepEqual(clinic.constraints, {
    providers: ['openai', 'anthropic'],
    accounts: [],
    regions: ['eu'],
    retention: 'none',
  })
  assert.equal(clinic.classes.get('reasoning'), 'premium')
  assert.equal(clinic.classes.get('radiology-report'), 'premium')
  assert.equal(other.classes.get('radiology-report'), undefined)
  assert.equal(clinic.baseline.model, 'openai/gpt-6-sol')
  assert.equal(termsFor(policy, 'constructor'), policy.everyone)
})

test('budgets of a tenant take the place of those of everyone', () => {
  const policy = valid(
    `${withLine('budgets: { day: { hardMicroUsd: 9 } }')}\ntenants: { acme: { budgets: { hour: { softMicroUsd: 3 } } } }`,
  )
  assert.deepEqual(termsFor(policy, 'other').budgets, [{ window: 'day', softMicroUsd: null, hardMicroUsd: 9 }])
  assert.deepEqual(termsFor(policy, 'acme').budgets, [{ window: 'hour', softMicroUsd: 3, hardMicroUsd: null }])
})

test('the version changes with what the file says, not with how it is written', () => {
  const [plain, spaced, other] = [
    valid(withLine('')),
    valid(withLine('# a remark')),
    valid(withLine('costCeilingMicroUsd: 9')),
  ]
  assert.equal(policyVersion(plain), policyVersion(spaced))
  assert.notEqual(policyVersion(plain), policyVersion(other))
  assert.match(policyVersion(plain), /^default-1-[0-9a-f]{12}$/u)
})

test('JSON is read too', () => {
  const text =
    '{"version":"j","tiers":{"one":["openai/gpt-5.4-2026-03-05"]},"otherClasses":"one","defaultRoute":["openai/gpt-5.4-2026-03-05"],"baseline":{"model":"gpt-5.4","since":"2026-11-01"}}'
  assert.equal(valid(text).everyone.otherClasses, 'one')
})

const wrong: readonly (readonly [string, string, RegExp])[] = [
  [
    'a currency',
    'currency: EUR',
    /^currency: is not a known setting; amounts are in millionths of a US dollar, there is/u,
  ],
  ['another currency', 'costCeilingMicroEur: 5', /^costCeilingMicroEur: is not .*change the amount, too$/u],
  [
    'an amount with a currency',
    'costCeilingMicroUsd: 5 EUR',
    /^costCeilingMicroUsd: expected a whole .* found "5 EUR"/u,
  ],
  [
    'a limit in another',
    'budgets: { day: { softMicroUsd: 5, hardEur: 5 } }',
    /^budgets\.day\.hardEur: is not .*no other currency/u,
  ],
  [
    'a share in per cent',
    'exploration: { share: 5% }',
    /^exploration\.share: expected a number .*found "5%"; .*one in a/u,
  ],
  [
    'a share below nothing',
    'exploration: { share: -0.1 }',
    /^exploration\.share: expected a number from 0 .*found -0\.1/u,
  ],
  ['a word for true', 'enforce: yes', /^enforce: expected true or false, found "yes"; write true or false$/u],
  ['true as text', "enforce: 'false'", /^enforce: expected true or false, found "false"/u],
  ['tenants as a list', 'tenants: [acme]', /^tenants: expected a mapping, found a list; write name: value$/u],
  [
    'a tier that there is not',
    'otherClasses: econmy',
    /^otherClasses: there is no tier econmy; did you mean economy\?$/u,
  ],
  ['a member of every object', '__proto__: { mode: strict }', /^__proto__: is not a known setting/u],
  ['an amount that is no number', 'costCeilingMicroUsd: .nan', /^costCeilingMicroUsd: expected a whole number/u],
  ['a misspelt setting', 'enforced: true', /^enforced: is not a known setting; did you mean enforce\?$/u],
  [
    'a setting of another kind',
    'maxOutputTokens: many',
    /^maxOutputTokens: expected a whole number .* found "many"; in tokens/u,
  ],
  [
    'a number out of range',
    'costCeilingMicroUsd: 0',
    /^costCeilingMicroUsd: expected a whole number from 1 .*; in millionths/u,
  ],
  [
    'a mode that there is not',
    'modes: { chat: careful }',
    /^modes\.chat: "careful" is not one of the choices; availability or strict$/u,
  ],
  [
    'a target that there is not',
    'contracts: { openai/gpt-5.4-mini-2026-03-71: { price: 1 } }',
    /^contracts\.openai\/gpt-5\.4-mini-2026-03-71: .*did you mean openai\/gpt-5\.4-mini-2026-03-17\?$/u,
  ],
  [
    'a provider that there is not',
    'constraints: { providers: [openia] }',
    /^constraints\.providers\[0\]: there is no provider openia; did you mean openai\?$/u,
  ],
  [
    'an account that there is not',
    'constraints: { accounts: [team-a] }',
    /^constraints\.accounts\[0\]: there is no account team-a; known are default$/u,
  ],
  [
    'an account of a provider that there is not',
    'accounts: { team-a: { provider: opnai } }',
    /^accounts\.team-a\.provider: there is no provider opnai; did you mean openai\?$/u,
  ],
  [
    'an account without a provider',
    'accounts: { team-a: { regions: [eu] } }',
    /^accounts\.team-a\.provider: expected text, found nothing; for example openai$/u,
  ],
  [
    'an account whose key no setting could hold',
    'accounts: { Team_A: { provider: openai } }',
    /^accounts\.Team_A: is no name of an account; lower-case letters/u,
  ],
  [
    'the account that every provider has',
    'accounts: { default: { provider: openai } }',
    /^accounts\.default: every provider has it; its terms stand under contracts$/u,
  ],
  [
    'a retention that has no meaning',
    'constraints: { retention: brief }',
    /^constraints\.retention: there is no retention brief; .*none/u,
  ],
  [
    'a tier that there is not',
    'tenants: { acme: { classes: { chat: econmy } } }',
    /^tenants\.acme\.classes\.chat: there is no tier econmy; did you mean economy\?$/u,
  ],
  [
    'a baseline without a price',
    "baselines: { chat: { model: gpt-3, since: '2026-01-01' } }",
    /^baselines\.chat\.model: the catalogue has no price for gpt-3; /u,
  ],
  [
    'a day that is none',
    "baselines: { chat: { model: gpt-5.4, since: '2026-13-01' } }",
    /^baselines\.chat\.since: 2026-13-01 is no day; /u,
  ],
  [
    'a setting of the file under a tenant',
    'tenants: { acme: { tiers: {} } }',
    /^tenants\.acme\.tiers: is not a known setting; /u,
  ],
  ['a list where a mapping belongs', 'exploration: [1]', /^exploration: expected a mapping, found a list; /u],
  [
    'a share of everything',
    'exploration: { share: 2 }',
    /^exploration\.share: expected a number from 0 to 0\.2, found 2; /u,
  ],
  [
    'a budget for a window that there is not',
    'budgets: { week: { hardMicroUsd: 5 } }',
    /^budgets\.week: is not a known setting; known are hour, day, month$/u,
  ],
  ['a budget without a limit', 'budgets: { day: {} }', /^budgets\.day: there is no limit; name softMicroUsd/u],
  [
    'a budget in a currency',
    'budgets: { day: { hardMicroUsd: 50 EUR } }',
    /^budgets\.day\.hardMicroUsd: expected a whole number .*found "50 EUR"; in millionths of a US dollar/u,
  ],
  [
    'a soft limit above the hard one',
    'budgets: { day: { softMicroUsd: 9, hardMicroUsd: 5 } }',
    /^budgets\.day: the soft limit is above the hard one; /u,
  ],
  [
    'a price in a currency',
    'contracts: { openai: { price: 0.9 EUR } }',
    /^contracts\.openai\.price: expected a number .*found "0\.9 EUR"; /u,
  ],
]

for (const [what, line, expected] of wrong)
  test(`${what} is refused with its place and a hint`, () => {
    const problems = problemsOf(withLine(line))
    assert.equal(problems.length, 1, problems.join('\n'))
    assert.match(problems[0] ?? '', expected)
  })

test('every problem is reported at once', () => {
  assert.ok(problemsOf('enforced: true\nmode: careful').length >= 5)
})

test('what is no YAML says in which line, and nothing says so', () => {
  assert.match(problemsOf('version: [1\ntiers: }')[0] ?? '', /^line \d/u)
  assert.match(problemsOf('version: 1\nversion: 2')[0] ?? '', /^line 2: Map keys must be unique; /u)
  assert.match(problemsOf('')[0] ?? '', /^\(top\): the file says nothing; start from deploy\/policies\/default\.yaml/u)
  assert.ok(problemsOf('just text').length > 0)
})

const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
for (const [name, last] of ['ba', 'cb', 'dc', 'ed', 'fe'].map((pair) => pair.split('')))
  bomb.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${last}`).join(', ')}]`)

/** Files in which no setting can be read at all: one line each, however much is wrong after it. */
const unreadable: readonly (readonly [what: string, text: string, line: RegExp])[] = [
  ['nothing', '', /^\(top\): the file says nothing; start from /u],
  ['white space', ' \n\n', /^\(top\): the file says nothing/u],
  ['a remark', '# later', /^\(top\): the file says nothing/u],
  ['a list', '- tiers\n- classes', /^\(top\): the file is no mapping/u],
  ['a word', 'default', /^\(top\): the file is no mapping/u],
  ['no text', '\0\x01', /^\(top\): the file is no mapping/u],
  ['a tab', shipped('default.yaml').replace('tiers:\n  ', 'tiers:\n\t'), /^line 6: Tabs .*; indent with spaces$/u],
  ['less indentation', shipped('default.yaml').replace('tiers:\n  ', 'tiers:\n '), /^line \d+: .*same column/u],
  ['a setting said twice', `${shipped('default.yaml')}\nversion: two`, /^line \d+: .*; name each setting once$/u],
  ['a bracket that stays open', `${shipped('default.yaml')}\nmodes: { chat: strict\n`, /^line \d+: Flow map/u],
  ['two documents', `${shipped('default.yaml')}\n---\n${shipped('default.yaml')}`, /more than one document; keep one/u],
  ['a bomb of aliases', bomb.join('\n'), /^\(top\): its aliases make it too large; write names out/u],
  ['5,000 levels', `tiers: ${'['.repeat(5_000)}${']'.repeat(5_000)}`, /nested too deeply/u],
]
for (const [what, text, line] of unreadable)
  test(`a file of ${what} has one line of complaint`, () => {
    const problems = problemsOf(text)
    assert.equal(problems.length, 1, problems.join('\n'))
    assert.match(problems[0] ?? '', line)
  })

test('a byte order mark and a file of twenty megabytes are no fault', () => {
  valid(`\u{feff}${shipped('default.yaml')}`)
  valid(`${shipped('default.yaml')}# ${'x'.repeat(20_000_000)}`)
})
