// docs/decision.md says what the code does: the same rules in the same order, and every setting of a policy.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { policyMembers } from './policy/parse.ts'
import { rules } from './rules/rules.ts'

const text = readFileSync(resolve(import.meta.dirname, '../../../docs/decision.md'), 'utf8')

/** The first column of the table below a heading. */
function namesUnder(heading: string): readonly string[] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return [...section.matchAll(/^\| `([\w-]+)` \|/gmu)].map(([, name = '']) => name)
}

test('the rules are the documented ones', () => {
  assert.deepEqual(
    namesUnder('Rules'),
    rules.map(({ name }) => name),
  )
})

test('every setting of a policy is documented, and no other', () => {
  assert.deepEqual(namesUnder("The policy's file").toSorted(), policyMembers.toSorted())
})
