// Reads one file of a zip archive, which is what a Python wheel is. Enough of the format for that: no zip64, no encryption.
import { inflateRawSync } from 'node:zlib'

const endOfDirectory = 0x06054b50
const directoryEntry = 0x02014b50

/** The first file whose name ends like this; undefined where there is none. */
export function fileOfZip(zip: Buffer, ending: string): Buffer | undefined {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || zip.readUInt32LE(end) !== endOfDirectory) throw new Error('This is no zip archive.')
  const count = zip.readUInt16LE(end + 10)
  let at = zip.readUInt32LE(end + 16)
  for (let entry = 0; entry < count && zip.readUInt32LE(at) === directoryEntry; entry += 1) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset))
    const start = at + 46
    const name = zip.toString('utf8', start, start + (nameLength ?? 0))
    if (name.endsWith(ending)) return contentAt(zip, zip.readUInt32LE(at + 42), zip.readUInt32LE(at + 20))
    at = start + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0)
  }
  return undefined
}

function contentAt(zip: Buffer, header: number, compressedSize: number): Buffer {
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28)
  const content = zip.subarray(start, start + compressedSize)
  return zip.readUInt16LE(header + 8) === 0 ? content : inflateRawSync(content)
}
