import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AddressTable } from './address-table.ts'

/** Few hashes for many addresses, the last slots of a row among them: everything collides. */
const hashes = [0, 256, 512, 15 * 256, 31 * 256, 63 * 256, 0xffff_ff00, 1, 0xffff_ffff]
const hashOf = (address: number): number => hashes[address % hashes.length] ?? 0

test('addresses of few hashes are found, exchanged and removed', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 600, size: 'max' }), (given) => {
      const table = new AddressTable(hashOf)
      const model = new Set<number>()
      for (const address of given) {
        const other = address + 150 * hashes.length
        if (model.delete(address)) {
          if (address % 2 === 0) table.remove(hashOf(address), address)
          else {
            table.replace(hashOf(address), address, other)
            model.add(other)
          }
        } else if (!model.has(other)) {
          table.add(hashOf(address), address)
          model.add(address)
        }
        for (let each = 1; each <= 150; each++)
          for (const sought of [each, each + 150 * hashes.length])
            assert.equal(
              table.find(hashOf(sought), (found) => found === sought),
              model.has(sought) ? sought : 0,
            )
      }
    }),
    { numRuns: 30 },
  )
})
