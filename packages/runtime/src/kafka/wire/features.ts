// ApiVersions, version 3: it alone says which features a cluster has switched on, transaction.version among them.
import { Reader } from './reader.ts'
import type { WireRequest } from './request.ts'

const name = 'waybill'
const version = '1'
const finalizedFeatures = 2

export const featuresRequest: WireRequest = {
  apiKey: 18,
  apiVersion: 3,
  apiName: 'ApiVersions',
  flexible: true,
  size: 32,
  write(writer) {
    writer.compactString(name)
    writer.compactString(version)
    writer.noTags()
  },
}

/** The level of each feature that is switched on. */
export function readFeatures(answer: Buffer): ReadonlyMap<string, number> {
  const features = new Map<string, number>()
  const reader = new Reader(answer)
  if (reader.int16() !== 0) return features
  reader.compactArray(() => {
    reader.skip(6)
    reader.tags()
  })
  reader.skip(4)
  reader.tags((tag) => {
    if (tag !== finalizedFeatures) return
    reader.compactArray(() => {
      const feature = reader.compactString()
      features.set(feature, reader.int16())
      reader.skip(2)
      reader.tags()
    })
  })
  return features
}
