import type { RecordSchema } from '@waybill/schemas/record-schema'
import type { Codec } from './codec.ts'
import { RegistryError } from './schema-registry.ts'

/**
 * Decodes a record, and asks for its schema first where that was not met yet: another build may have written it.
 * @returns null where the bytes are no such record
 * @throws RegistryError unavailable where the registry does not answer now: that says nothing of the record
 */
export async function decodeLearning<Value>(
  codec: Codec,
  record: RecordSchema<Value>,
  bytes: Uint8Array | null,
): Promise<Value | null> {
  let decoded = codec.decode(record, bytes)
  if (decoded.kind === 'unknownSchema') {
    if (!(await codec.learn(decoded.id)))
      throw new RegistryError('unavailable', `The registry does not give schema ${decoded.id} now.`)
    decoded = codec.decode(record, bytes)
  }
  return decoded.kind === 'value' ? decoded.value : null
}
