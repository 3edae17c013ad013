// Bytes of the protocol, written in one pass into one buffer, whose size is known beforehand.

const sizeOfUnsigned = (value: number): number => {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x200000) return 3
  return value < 0x10000000 ? 4 : 5
}

const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1)

export const sizeOfSigned = (value: number): number => sizeOfUnsigned(zigzag(value))

export const lengthOf = (value: string | Buffer): number =>
  typeof value === 'string' ? Buffer.byteLength(value) : value.length

/** A cursor over a buffer that is being filled. */
export class Writer {
  readonly buffer: Buffer
  offset = 0

  /** @param size what will be written, or more */
  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size)
  }

  int8(value: number): void {
    this.buffer[this.offset++] = value & 255
  }
  int16(value: number): void {
    this.offset = this.buffer.writeInt16BE(value, this.offset)
  }
  int32(value: number): void {
    this.offset = this.buffer.writeInt32BE(value, this.offset)
  }
  int64(value: number | bigint): void {
    this.offset = this.buffer.writeBigInt64BE(BigInt(value), this.offset)
  }

  /** A number of seven bits a byte, as flexible versions have for lengths. */
  unsigned(value: number): void {
    let rest = value
    while (rest > 127) {
      this.buffer[this.offset++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.buffer[this.offset++] = rest
  }
  /** A number in zigzag, as records have. */
  signed(value: number): void {
    this.unsigned(zigzag(value))
  }

  bytes(value: string | Buffer): void {
    this.offset +=
      typeof value === 'string' ? this.buffer.write(value, this.offset) : value.copy(this.buffer, this.offset)
  }
  string(value: string | null): void {
    this.int16(value === null ? -1 : Buffer.byteLength(value))
    if (value !== null) this.bytes(value)
  }
  /** A string of the flexible versions. */
  compactString(value: string | null): void {
    this.unsigned(value === null ? 0 : Buffer.byteLength(value) + 1)
    if (value !== null) this.bytes(value)
  }
  /** A key, a value or a header's name and value in a record. */
  field(value: string | Buffer | null): void {
    this.signed(value === null ? -1 : lengthOf(value))
    if (value !== null) this.bytes(value)
  }
  /** The end of a structure of the flexible versions: no tagged fields. */
  noTags(): void {
    this.int8(0)
  }

  /** What was written. */
  written(): Buffer {
    return this.buffer.subarray(0, this.offset)
  }
}
