// EndTxn, version 5 (KIP-890): the epoch moves with every transaction, so no late request of an earlier one can slip in.
import type { Producer } from './produce.ts'
import { Reader } from './reader.ts'
import type { WireRequest } from './request.ts'

export const endTransactionRequest = (producer: Producer & { readonly transactionalId: string }): WireRequest => ({
  apiKey: 26,
  apiVersion: 5,
  apiName: 'EndTxn',
  flexible: true,
  size: 32 + Buffer.byteLength(producer.transactionalId),
  write(writer) {
    writer.compactString(producer.transactionalId)
    writer.int64(producer.producerId)
    writer.int16(producer.producerEpoch)
    writer.int8(1)
    writer.noTags()
  },
})

export interface Ended {
  /** 0 for committed. */
  readonly errorCode: number
  /** Of the next transaction. */
  readonly producerId: bigint
  readonly producerEpoch: number
}

export function readEndTransaction(answer: Buffer): Ended {
  const reader = new Reader(answer)
  reader.tags()
  reader.skip(4)
  return { errorCode: reader.int16(), producerId: reader.bigInt64(), producerEpoch: reader.int16() }
}
