// Bytes of the protocol, read in one pass. Whatever is handed out shares memory with the answer it came in.

/** A cursor over an answer. */
export class Reader {
  readonly buffer: Buffer
  offset: number

  constructor(buffer: Buffer, offset = 0) {
    this.buffer = buffer
    this.offset = offset
  }

  get left(): number {
    return this.buffer.length - this.offset
  }
  skip(bytes: number): void {
    this.offset += bytes
  }

  int8(): number {
    return this.buffer.readInt8(this.offset++)
  }
  int16(): number {
    const value = this.buffer.readInt16BE(this.offset)
    this.offset += 2
    return value
  }
  int32(): number {
    const value = this.buffer.readInt32BE(this.offset)
    this.offset += 4
    return value
  }
  /** An int64 that is an offset, a time or a producer id: all below 2^53. */
  int64(): number {
    const value = this.buffer.readInt32BE(this.offset) * 0x1_0000_0000 + this.buffer.readUInt32BE(this.offset + 4)
    this.offset += 8
    return value
  }
  bigInt64(): bigint {
    const value = this.buffer.readBigInt64BE(this.offset)
    this.offset += 8
    return value
  }

  unsigned(): number {
    let [value, shift] = [0, 0]
    for (;;) {
      const byte = this.buffer.readUInt8(this.offset++)
      value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
      shift += 7
    }
  }
  signed(): number {
    const value = this.unsigned()
    return (value >>> 1) ^ -(value & 1)
  }
  /** As `signed`, up to 2^52: distances in time may be that long. */
  signedLong(): number {
    let [value, scale] = [0, 1]
    for (;;) {
      const byte = this.buffer.readUInt8(this.offset++)
      value += (byte & 127) * scale
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      scale *= 128
    }
  }

  #text(length: number): string {
    const text = this.buffer.toString('utf8', this.offset, this.offset + length)
    this.offset += length
    return text
  }
  string(): string {
    return this.#text(Math.max(0, this.int16()))
  }
  compactString(): string {
    return this.#text(Math.max(0, this.unsigned() - 1))
  }
  /** The name of a record's header. */
  fieldName(): string {
    return this.#text(Math.max(0, this.signed()))
  }
  /** A key or a value in a record. */
  field(): Buffer | null {
    const length = this.signed()
    if (length < 0) return null
    const bytes = this.buffer.subarray(this.offset, this.offset + length)
    this.offset += length
    return bytes
  }

  /** An array: its length is read already, or is the next int32. */
  array<Item>(item: () => Item, length = this.int32()): Item[] {
    const items: Item[] = []
    for (let index = 0; index < length; index++) items.push(item())
    return items
  }
  /** An array of the flexible versions. */
  compactArray<Item>(item: () => Item): Item[] {
    return this.array(item, this.unsigned() - 1)
  }
  /** Steps over tagged fields, or lets `known` read some. */
  tags(known: (tag: number) => void = () => undefined): void {
    for (let count = this.unsigned(); count > 0; count--) {
      const tag = this.unsigned()
      const end = this.unsigned() + this.offset
      known(tag)
      this.offset = end
    }
  }
}
