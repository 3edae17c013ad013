// What it takes to write and to read the records of the path, beside JSON in the same run.
import type { RecordSchema } from '@waybill/schemas/record-schema'
import { decisionRecord } from '@waybill/schemas/generated/decision'
import { dispatchRecord } from '@waybill/schemas/generated/dispatch'
import { requestRecord } from '@waybill/schemas/generated/request'
import { routerStateRecord } from '@waybill/schemas/generated/router-state'
import { decisions, dispatches, providers, routerChangelog, topics } from '@waybill/schemas/topics'
import type { Codec } from '@waybill/runtime/registry/codec'
import { openCodec } from '@waybill/runtime/registry/codec'
import { memoryRegistry } from '@waybill/runtime/registry/memory-registry'
import { schemasOf } from '@waybill/runtime/task/stage'
import { percentileOf } from '@waybill/cli/demo/account'
import { benchTask, requestOf, step, timesOf } from './decision.ts'

export interface CodecResult {
  readonly record: string
  readonly bytes: number
  readonly jsonBytes: number
  /** Medians, in microseconds. */
  readonly encodeUs: number
  readonly decodeUs: number
  readonly jsonEncodeUs: number
  readonly jsonDecodeUs: number
}

interface Sample {
  readonly name: string
  readonly schema: RecordSchema<unknown>
  readonly bytes: Buffer
}

/** A request, and what the router makes of it. */
function samples(codec: Codec, size: number): readonly Sample[] {
  const bytes = codec.encode(requestRecord, requestOf(1, size))
  const sends = step(benchTask(codec), bytes, 1)
  const found: readonly (readonly [schema: RecordSchema<unknown>, topics: readonly string[]])[] = [
    [decisionRecord, [decisions.name]],
    [dispatchRecord, providers.map((provider) => dispatches(provider).name)],
    [routerStateRecord, [routerChangelog.name]],
  ]
  const made = found.flatMap(([schema, names]) => {
    const value = sends.find(({ topic }) => names.includes(topic))?.records[0]?.value
    return value ? [{ name: schema.name, schema, bytes: value }] : []
  })
  return [{ name: requestRecord.name, schema: requestRecord, bytes }, ...made]
}

function measured(codec: Codec, { name, schema, bytes }: Sample, rounds: number): CodecResult {
  const decoded = codec.decode(schema, bytes)
  if (decoded.kind !== 'value') throw new Error(`The ${name} cannot be read.`)
  const { value } = decoded
  const json = JSON.stringify(value)
  const median = (run: () => unknown): number => {
    timesOf(rounds, run)
    return percentileOf([...timesOf(rounds, run)], 0.5)
  }
  return {
    record: name,
    bytes: bytes.length,
    jsonBytes: Buffer.byteLength(json),
    encodeUs: median(() => codec.encode(schema, value)),
    decodeUs: median(() => codec.decode(schema, bytes)),
    jsonEncodeUs: median(() => Buffer.from(JSON.stringify(value))),
    jsonDecodeUs: median(() => JSON.parse(json)),
  }
}

export async function benchCodec(rounds: number, progress: (line: string) => void): Promise<readonly CodecResult[]> {
  const codec = await openCodec(memoryRegistry(), schemasOf(topics(), ''))
  return [2_000, 20_000].flatMap((size) => {
    progress(`requests of ${size} bytes`)
    return samples(codec, size).map((sample) => measured(codec, sample, rounds))
  })
}
