// LZ4 frames, as Kafka's producers write them.
import { Growing } from './growing.ts'

const magic = 0x184d2204
const flag = { contentSize: 8, blockChecksum: 16, dictionary: 1 } as const
const stored = 0x80000000
const minimumMatch = 4

/** The end of a length that its first four bits did not hold. */
function longer(bytes: Buffer, at: number, length: number): readonly [length: number, at: number] {
  if (length < 15) return [length, at]
  let [sum, index] = [length, at]
  for (;;) {
    const byte = bytes.readUInt8(index++)
    sum += byte
    if (byte < 255) return [sum, index]
  }
}

function unpackBlock(bytes: Buffer, into: Growing): void {
  let at = 0
  while (at < bytes.length) {
    const token = bytes.readUInt8(at++)
    const [literals, from] = longer(bytes, at, token >> 4)
    into.append(bytes.subarray(from, from + literals))
    at = from + literals
    if (at >= bytes.length) return
    const distance = bytes.readUInt16LE(at)
    const [match, next] = longer(bytes, at + 2, token & 15)
    into.repeat(distance, match + minimumMatch)
    at = next
  }
}

export function unpackLz4(bytes: Buffer): Buffer {
  if (bytes.readUInt32LE(0) !== magic) throw new Error('no LZ4 frame')
  const flags = bytes.readUInt8(4)
  const into = new Growing()
  let at = 7 + (flags & flag.contentSize ? 8 : 0) + (flags & flag.dictionary ? 4 : 0)
  for (;;) {
    const size = bytes.readUInt32LE(at)
    if (size === 0) return into.written()
    const length = size % stored
    const block = bytes.subarray(at + 4, at + 4 + length)
    if (size >= stored) into.append(block)
    else unpackBlock(block, into)
    at += 4 + length + (flags & flag.blockChecksum ? 4 : 0)
  }
}
