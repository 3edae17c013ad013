import assert from 'node:assert/strict'
import { test } from 'node:test'
import kafkajs from 'kafkajs'
import { assign } from './co-assigner.ts'

const member = (memberId: string, data: unknown): { readonly memberId: string; readonly memberMetadata: Buffer } => ({
  memberId,
  memberMetadata: kafkajs.AssignerProtocol.MemberMetadata.encode({
    version: 1,
    topics: ['t'],
    userData: typeof data === 'string' ? Buffer.from(data) : Buffer.from(JSON.stringify(data)),
  }),
})

test('members keep what they have, to within one of each other, whatever order they are named in', () => {
  const members = [
    member('id-3', { instance: 'c', tasks: [] }),
    member('id-1', { instance: 'a', tasks: [0, 1, 2, 3] }),
    member('id-2', { instance: 'b', tasks: [4, 5] }),
  ]
  const expected = { 'id-1': [0, 1], 'id-2': [4, 5], 'id-3': [2, 3] }
  assert.deepEqual(Object.fromEntries(assign(members, 6)), expected)
  assert.deepEqual(Object.fromEntries(assign(members.toReversed(), 6)), expected)
})

test('a member that says nothing, or nonsense, gets its share', () => {
  const members = [member('id-1', ''), member('id-2', '{"tasks":7}'), member('id-3', 'null'), member('id-4', '[')]
  const shares = [...assign(members, 4).values()]
  assert.deepEqual(new Set(shares.flat()), new Set([0, 1, 2, 3]))
  assert.ok(shares.every(({ length }) => length === 1))
})
