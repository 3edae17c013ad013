// Batches that a stranger's producer has compressed: ours are not.
import { gunzipSync, zstdDecompressSync } from 'node:zlib'

const codecs: Readonly<Record<number, (bytes: Buffer) => Buffer>> = {
  1: gunzipSync,
  4: zstdDecompressSync,
}

/** The records of a compressed batch. */
export function inflate(codec: number, bytes: Buffer): Buffer {
  const decompress = codecs[codec]
  if (decompress === undefined) throw new Error(`a record batch that is compressed with unknown codec ${codec}`)
  return decompress(bytes)
}
