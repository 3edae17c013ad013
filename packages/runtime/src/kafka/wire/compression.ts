// Batches that a stranger's producer has compressed: ours are not.
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { unpackLz4 } from './lz4.ts'
import { unpackSnappy } from './snappy.ts'
import { maxOutputLength } from './growing.ts'

const codecs: Readonly<Record<number, (bytes: Buffer) => Buffer>> = {
  1: (bytes) => gunzipSync(bytes, { maxOutputLength }),
  2: unpackSnappy,
  3: unpackLz4,
  4: (bytes) => zstdDecompressSync(bytes, { maxOutputLength }),
}

/** The records of a compressed batch. */
export function inflate(codec: number, bytes: Buffer): Buffer {
  const decompress = codecs[codec]
  if (decompress === undefined) throw new Error(`a record batch that is compressed with unknown codec ${codec}`)
  return decompress(bytes)
}
