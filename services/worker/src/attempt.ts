// One attempt: from an order to what became of it. The SDK speaks to the vendor; what counts is what came over the wire.
import type { Failure } from '@waybill/providers/failure'
import { failureOf, transportFailure } from '@waybill/providers/failure'
import { headroomOf } from '@waybill/providers/headroom'
import { vendorApis } from '@waybill/providers/registry'
import type { UnsentReason } from '@waybill/providers/unsent'
import type { Prepared, VendorApi } from '@waybill/providers/vendor-api'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Headroom } from '@waybill/schemas/generated/headroom'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import type { Request } from '@waybill/schemas/generated/request'
import { sizes } from '@waybill/schemas/topics'
import type { Clock } from '@waybill/runtime/clock'
import type { SendBy } from './calls.ts'
import type { Exchange, OpenExchange, Seen } from './exchange.ts'
import type { MarkedAttempt } from './reducer/prepared.ts'
import { notSent, slotsFreeInMs } from './reducer/result.ts'
import { selectHeaders } from './selected-headers.ts'
import type { Vendor } from './vendors/vendor.ts'

export interface AttemptDependencies {
  readonly clock: Clock
  readonly provider: string
  /** By the account that a target names. */
  readonly vendors: ReadonlyMap<string, Vendor>
  /** Whether calls say which attempt they are: for a simulator's ledger, never for a real vendor. */
  readonly attribution: boolean
  readonly openExchange: OpenExchange
  /** From the bytes in the order; null where they are no request. */
  readonly readRequest: (bytes: Uint8Array) => Promise<Request | null>
  /** Which share of the call slots is free. */
  readonly freeSlots: () => number
}

/** An SDK's own limit is never to be reached before ours. */
const sdkSlackMs = 60_000

interface Ready {
  readonly vendor: Vendor
  readonly api: VendorApi
  readonly prepared: Prepared
}

async function prepare(
  { readRequest, provider, vendors }: AttemptDependencies,
  order: Dispatch,
): Promise<Ready | UnsentReason> {
  const { target } = order
  const [api, vendor] = [vendorApis[target.api], vendors.get(target.account)]
  if (api === undefined || api.provider !== provider || target.provider !== provider) return 'config'
  if (vendor === undefined) return 'no_account'
  const request = await readRequest(order.request)
  if (request === null) return 'unreadable_request'
  try {
    const outcome = api.request(request, target, { maxOutputTokens: order.maxOutputTokens })
    return outcome.kind === 'prepared' ? { vendor, api, prepared: outcome.prepared } : 'invalid_request'
  } catch {
    return 'invalid_request'
  }
}

const attributionOf = ({ attempt, marker }: MarkedAttempt): Readonly<Record<string, string>> => ({
  'x-waybill-attempt': attempt,
  'x-waybill-claim': marker.dispatch.claim,
  'x-waybill-hash': marker.dispatch.hash,
})

/** When the first byte may have left, by both clocks. */
interface Times {
  sentAt: number | null
  sentMonotonic: number | null
}

/** Makes the call of an announced attempt, once, and ends at the latest when the marker says. Never rejects. */
export async function makeAttempt(
  dependencies: AttemptDependencies,
  marked: MarkedAttempt,
  sendBy: SendBy,
): Promise<Outcome> {
  const { clock, openExchange, freeSlots } = dependencies
  const { startedAt, endBy, dispatch } = marked.marker
  const ready = await prepare(dependencies, dispatch).catch(() => 'unreadable_request' as const)
  if (typeof ready === 'string') return notSent(ready, startedAt, clock.now())
  const controller = new AbortController()
  const cancel = clock.schedule(endBy - clock.now(), () => {
    controller.abort()
  })
  const times: Times = { sentAt: null, sentMonotonic: null }
  const exchange = openExchange({
    origin: ready.vendor.origin,
    mostBytes: sizes.body,
    signal: controller.signal,
    mayStart() {
      if (clock.now() > sendBy.wall || clock.monotonic() > sendBy.monotonic) return false
      times.sentAt = clock.now()
      times.sentMonotonic = clock.monotonic()
      return true
    },
  })
  await speak(dependencies, marked, ready, exchange, controller.signal)
  cancel()
  const seen = exchange.seen()
  const outcome = outcomeOf(clock, marked, ready, seen, times, controller.signal.aborted)
  return seen.refused ? outcome : { ...outcome, headroom: leftOf(seen.headers, freeSlots(), clock.now()) }
}

/** Ends when the SDK does, or at the deadline, should it not hear the signal. */
async function speak(
  { clock, attribution }: AttemptDependencies,
  marked: MarkedAttempt,
  { vendor, prepared: { body } }: Ready,
  { fetch }: Exchange,
  signal: AbortSignal,
): Promise<void> {
  const timeoutMs = Math.max(0, marked.marker.endBy - clock.now()) + sdkSlackMs
  const headers = attribution ? attributionOf(marked) : {}
  const { api } = marked.marker.dispatch.target
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve()
    })
  })
  const called = vendor.call({ api, body, fetch, signal, headers, timeoutMs }).then(
    () => undefined,
    // Whatever the SDK thinks of the answer: the exchange has seen it.
    () => undefined,
  )
  await Promise.race([called, aborted])
}

function outcomeOf(
  clock: Clock,
  { marker }: MarkedAttempt,
  { api, prepared }: Ready,
  seen: Seen,
  { sentAt, sentMonotonic }: Times,
  deadlinePassed: boolean,
): Outcome {
  const endedAt = clock.now()
  if (seen.refused) return { ...notSent('send_by', marker.startedAt, endedAt), ignored: prepared.ignored }
  const failure = failureIn(api, seen, deadlinePassed, endedAt)
  return {
    ...verdictOf(failure),
    status: seen.status,
    headers: selectHeaders(seen.headers),
    body: seen.body,
    startedAt: marker.startedAt,
    sentAt,
    endedAt,
    callMs: sentMonotonic === null ? null : clock.monotonic() - sentMonotonic,
    ignored: prepared.ignored,
    headroom: null,
  }
}

/** The vendor's limit or our own slots, whichever is nearer. */
function leftOf(headers: Seen['headers'], slots: number, now: number): Headroom {
  const vendor = headroomOf(headers, now)
  return vendor !== null && vendor.share <= slots ? vendor : { share: slots, fullInMs: slotsFreeInMs }
}

function verdictOf(failure: Failure | null): Pick<Outcome, 'kind' | 'failure' | 'retryAfterMs' | 'coolDown'> {
  if (failure === null) return { kind: 'ok', failure: null, retryAfterMs: null, coolDown: null }
  const { unbilled, ...rest } = failure
  return { kind: unbilled ? 'unbilled' : 'ambiguous', ...rest }
}

/** Null for an answer of status 200, which the normaliser is to judge. */
function failureIn(api: VendorApi, seen: Seen, deadlinePassed: boolean, now: number): Failure | null {
  const { reached, status, headers, body, error } = seen
  if (reached === 'done' && status !== null && body !== null)
    return status === 200 ? null : api.failure({ status, headers, body, now })
  if (seen.tooLarge) return failureOf('body_too_large')
  // The SDK refused the parameters, or wanted to call another host.
  if (reached === 'nothing') return failureOf('invalid_request')
  const failure = transportFailure(error, { at: status === null ? 'request' : 'body', deadlinePassed })
  // No byte has left, whatever the error looks like.
  return reached === 'asked' && !failure.unbilled ? failureOf('connect_failed') : failure
}
