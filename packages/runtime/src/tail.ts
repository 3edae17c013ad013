import type { Topic } from '@waybill/schemas/topics'
import type { Log } from './log.ts'
import type { Codec } from './registry/codec.ts'

interface Tail<Value> {
  readonly log: Log
  readonly codec: Codec
  readonly topic: Topic<Value>
  readonly partitions: number
}

/** Hears what is appended to a topic from now on, but for the first records of a new schema. Missing some must do no harm. */
export function followTail<Value>({ log, codec, topic, partitions }: Tail<Value>, hear: (value: Value) => void): void {
  const followOne = async (partition: number): Promise<void> => {
    const { end } = await log.range(topic.name, partition)
    log.follow({
      topic: topic.name,
      partition,
      offset: end,
      hasRoom: () => true,
      deliver(records) {
        for (const { value } of records) {
          const decoded = codec.decode(topic.value, value)
          if (decoded.kind === 'value') hear(decoded.value)
          else if (decoded.kind === 'unknownSchema') void codec.learn(decoded.id)
        }
      },
      fail: () => undefined,
    })
  }
  // A process that stops at once has no log any more.
  for (let partition = 0; partition < partitions; partition++) void followOne(partition).catch(() => undefined)
}
