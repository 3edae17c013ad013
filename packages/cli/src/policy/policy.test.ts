import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyPage } from './policy.ts'
import { readPolicy } from './policy-file.ts'

test('the default policy is valid, and told in short', () => {
  assert.match(policyPage(readPolicy('')), /default\.yaml is valid: version default-1, hash [0-9a-f]{12}, enforced\./u)
  assert.match(
    policyPage(readPolicy('')),
    /Without a dated id, so that drift cannot be told .*: claude-haiku-5-5, .*gpt-6-luna/u,
  )
})

test('a file that cannot be read is a problem with a hint', () => {
  assert.match(policyPage(readPolicy('/nowhere.yaml')), /has 1 problem:\n {2}\(file\): it cannot be read\n {6}→ check/u)
})

test('every problem is told with its path', () => {
  const problems = [
    { path: 'tiers.cheap[0]', problem: 'is no target of the catalogue', hint: 'did you mean openai/a?' },
    { path: 'version', problem: 'expected text', hint: "for example '1'" },
  ]
  const page = policyPage({ path: 'mine.yaml', problems })
  assert.match(page, /^mine\.yaml has 2 problems:\n {2}tiers\.cheap\[0\]: is no target .*\n {6}→ did you mean/u)
})
