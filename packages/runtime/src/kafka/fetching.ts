// One fetch from one broker.
import { failOn } from './errors.ts'
import type { Broker } from './internals.ts'
import type { FetchAnswer, FetchLimits } from './wire/fetch.ts'
import { fetchRequest, readFetch } from './wire/fetch.ts'
import type { Fetched } from './wire/record-batch.ts'
import { exchange } from './wire/request.ts'

/** @param asked each partition at most once */
export async function fetchFrom(broker: Broker, asked: readonly Fetched[], limits: FetchLimits): Promise<FetchAnswer> {
  const answer = readFetch(await exchange(broker, fetchRequest(asked, limits)), asked)
  failOn(answer.errorCode)
  return answer
}
