// CRC-32C (Castagnoli), which closes every record batch: eight bytes a step.

const polynomial = 0x82f63b78

function tablesOf(): readonly Uint32Array[] {
  const tables = Array.from({ length: 8 }, () => new Uint32Array(256))
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (const table of tables) {
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
      table[byte] = crc
    }
  }
  return tables
}

const empty = new Uint32Array(256)
const [t0 = empty, t1 = empty, t2 = empty, t3 = empty, t4 = empty, t5 = empty, t6 = empty, t7 = empty] = tablesOf()

const at = (table: Uint32Array, index: number): number => table[index & 255] ?? 0

/** Of the bytes from `from` up to `to`. */
export function crc32c(bytes: Buffer, from: number, to: number): number {
  const byte = (index: number): number => bytes[index] ?? 0
  let crc = 0xffffffff
  let index = from
  for (; index + 8 <= to; index += 8) {
    crc ^= bytes.readUInt32LE(index)
    const low = at(t7, crc) ^ at(t6, crc >>> 8) ^ at(t5, crc >>> 16) ^ at(t4, crc >>> 24)
    crc = low ^ at(t3, byte(index + 4)) ^ at(t2, byte(index + 5)) ^ at(t1, byte(index + 6)) ^ at(t0, byte(index + 7))
  }
  for (; index < to; index++) crc = (crc >>> 8) ^ at(t0, crc ^ byte(index))
  return (crc ^ 0xffffffff) >>> 0
}
