// Snappy, bare or in the frames of Java's library, as Kafka's producers write it.
import { Growing } from './growing.ts'

const javaMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const javaHeader = 16

/** Steps over the number that says how long the output is. */
function afterLength(bytes: Buffer): number {
  let at = 0
  while (bytes.readUInt8(at++) > 127);
  return at
}

function literal(bytes: Buffer, at: number, tag: number, into: Growing): number {
  const short = tag >> 2
  const extra = Math.max(0, short - 59)
  const length = 1 + (extra === 0 ? short : bytes.readUIntLE(at, extra))
  into.append(bytes.subarray(at + extra, at + extra + length))
  return at + extra + length
}

function unpackBlock(bytes: Buffer, into: Growing): void {
  let at = afterLength(bytes)
  while (at < bytes.length) {
    const tag = bytes.readUInt8(at++)
    switch (tag & 3) {
      case 0:
        at = literal(bytes, at, tag, into)
        break
      case 1:
        into.repeat(((tag >> 5) << 8) | bytes.readUInt8(at), ((tag >> 2) & 7) + 4)
        at += 1
        break
      case 2:
        into.repeat(bytes.readUInt16LE(at), (tag >> 2) + 1)
        at += 2
        break
      default:
        into.repeat(bytes.readUInt32LE(at), (tag >> 2) + 1)
        at += 4
    }
  }
}

export function unpackSnappy(bytes: Buffer): Buffer {
  const isJava = bytes.subarray(0, javaMagic.length).equals(javaMagic)
  if (!isJava) {
    const into = new Growing()
    unpackBlock(bytes, into)
    return into.written()
  }
  const blocks: Buffer[] = []
  for (let at = javaHeader; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    const into = new Growing()
    unpackBlock(bytes.subarray(at + 4, at + 4 + length), into)
    blocks.push(into.written())
    at += 4 + length
  }
  return Buffer.concat(blocks)
}
