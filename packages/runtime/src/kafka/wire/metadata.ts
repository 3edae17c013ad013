// Metadata, version 6. kafkajs's own throws it all away for one topic that is not there, and asks for every topic of the
// cluster where it should ask for none.
import type { WireRequest } from './request.ts'

export function metadataRequest(topics: readonly string[]): WireRequest {
  let size = 8
  for (const topic of topics) size += 2 + Buffer.byteLength(topic)
  return {
    apiKey: 3,
    apiVersion: 6,
    apiName: 'Metadata',
    flexible: false,
    size,
    write(writer) {
      writer.int32(topics.length)
      for (const topic of topics) writer.string(topic)
      writer.int8(0)
    },
  }
}
