// Open-loop load: requests fall due whether the ones before them are answered or not.
import type { Client } from '@waybill/client/client'
import type { RequestInput } from '@waybill/client/complete'
import { LogError } from '@waybill/runtime/log'

/** Numbers of an exponential distribution from a seed: arrivals of a Poisson process. */
function gaps(ratePerSecond: number, seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (-Math.log(1 - state / 4_294_967_296) * 1_000) / ratePerSecond
  }
}

/** So many requests go one after the other, each when the one before is answered: processes that have just started are slow. */
export const warmUp = 12

/** Where nobody knows whether it is stored, a request is sent again: the same one twice is one piece of work. */
async function store(client: Client, request: RequestInput): Promise<void> {
  try {
    await client.send(request)
  } catch (error) {
    if (!(error instanceof LogError) || error.code !== 'unknown') throw error
    await client.send(request)
  }
}

/** Sends each request at its due time, which it carries as createdAt. Resolves when all are stored. */
export async function sendAll(
  client: Client,
  requests: readonly RequestInput[],
  ratePerSecond: number,
  sent: (index: number) => void,
): Promise<void> {
  const next = gaps(ratePerSecond, 1)
  const first = requests.slice(0, warmUp)
  for (const [index, request] of first.entries()) {
    await client.request({ ...request, createdAt: Date.now() })
    sent(index)
  }
  let due = Date.now()
  const sending: Promise<unknown>[] = []
  for (const [index, request] of requests.entries()) {
    if (index < first.length) continue
    due += next()
    const wait = due - Date.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    sending.push(store(client, { ...request, createdAt: Math.round(due) }))
    sent(index)
  }
  await Promise.all(sending)
}
