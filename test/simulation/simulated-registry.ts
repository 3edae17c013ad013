// Two builds of every schema, and a registry that can be down when a process meets the other one.
import { topics } from '@waybill/schemas/topics'
import type { Codec } from '@waybill/runtime/registry/codec'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import { schemasOf } from '@waybill/runtime/task/stage'
import { served } from './history.ts'
import type { SimulatedProcess } from './simulated-process.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Knows both builds; and by the id of a schema of the older build, that of the newer. */
export interface Builds {
  readonly codec: Codec
  readonly newer: ReadonlyMap<number, number>
}

export async function openBuilds(): Promise<Builds> {
  const registry = memoryRegistry()
  const subjects = schemasOf(topics(served), '')
  const codec = await openCodec(registry, subjects)
  const newer = new Map<number, number>()
  for (const [subject, { avro }] of subjects) {
    const id = await registry.register(subject, JSON.stringify({ ...JSON.parse(avro), doc: 'The newer build.' }))
    await codec.learn(id)
    newer.set(await registry.register(subject, avro), id)
  }
  return { codec, newer }
}

const idIn = (bytes: Uint8Array | null): number =>
  bytes === null || bytes.length < 5 || bytes[0] !== 0
    ? 0
    : Buffer.from(bytes.buffer, bytes.byteOffset, 5).readInt32BE(1)

/** A record as the newer build writes it. */
export function asNewer(bytes: Buffer, { newer }: Builds): Buffer {
  const written = Buffer.from(bytes)
  written.writeInt32BE(newer.get(idIn(bytes)) ?? idIn(bytes), 1)
  return written
}

export class SimulatedRegistry {
  readonly #builds: Builds
  readonly #clock: VirtualClock
  readonly #met: () => void
  #downSince = 0
  #downUntil = 0

  /** @param met told whenever a process asks for a schema that it has not met */
  constructor(builds: Builds, clock: VirtualClock, met: () => void) {
    this.#builds = builds
    this.#clock = clock
    this.#met = met
  }

  downFor(ms: number): void {
    this.#downSince = this.#clock.now()
    this.#downUntil = this.#clock.now() + ms
  }

  /** When it can be reached again. */
  get downUntil(): number {
    return this.#downUntil
  }

  /** For how long it has not been reached, or had not been until a moment ago. */
  get downMs(): number {
    const now = this.#clock.now()
    return now > this.#downUntil + 2_000 ? 0 : Math.min(now, this.#downUntil) - this.#downSince
  }

  /** Of a process of one build, which has met nothing of the other yet. */
  codecOf(process: SimulatedProcess, isNewer: boolean): Codec {
    const { codec, newer } = this.#builds
    const other = new Set(isNewer ? newer.keys() : newer.values())
    return {
      encode: (record, value) => {
        const bytes = codec.encode(record, value)
        return isNewer ? asNewer(bytes, this.#builds) : bytes
      },
      misfitOf: (record, value) => codec.misfitOf(record, value),
      decode(record, bytes) {
        const id = idIn(bytes)
        return other.has(id) ? { kind: 'unknownSchema', id } : codec.decode(record, bytes)
      },
      learn: async (id) => {
        await process.running()
        this.#met()
        if (this.#clock.now() < this.#downUntil) return false
        other.delete(id)
        return true
      },
    }
  }
}
