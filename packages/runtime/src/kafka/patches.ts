// What kafkajs 2.2.4 does wrong and we cannot do without. Each patch has a test that shows the fault without it
// (test/integration/kafka-patches.test.ts). Its other faults are avoided rather than patched: fetches, produce requests,
// metadata and transactions do not run through its code.
import type { CoordinatorSeeker, RequestQueue } from './internals.ts'
import { RequestQueue as Queue, Seeker } from './internals.ts'

/**
 * Every connection re-arms a timer of a millisecond for ever, to look for requests that wait out a throttle: 3–4 % of a
 * core in an idle process. It is needed only while something waits.
 */
export function stopIdleTimers(queue: RequestQueue): void {
  const schedule = queue.scheduleCheckPendingRequests
  queue.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this)
  }
}

const seldomMs = 1_000

/**
 * Every connection looks ten times a second for requests that are overdue: half of what an idle process of some tasks
 * costs. Our time-outs are seconds.
 */
export function checkTimeoutsSeldom(queue: RequestQueue): void {
  queue.scheduleRequestTimeoutCheck = function () {
    if (!this.enforceRequestTimeout) return
    this.destroy()
    this.requestTimeoutIntervalId = setInterval(
      () => {
        const now = Date.now()
        for (const request of this.inflight.values())
          if (now - request.sentAt > request.requestTimeout) request.timeoutRequest()
        if (!this.isConnected()) this.destroy()
      },
      Math.min(this.requestTimeout, seldomMs),
    )
  }
}

/** kafkajs's word for every trouble on the way to a coordinator. */
export const isWithoutCoordinator = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'KafkaJSGroupCoordinatorNotFound' || ('cause' in error && isWithoutCoordinator(error.cause)))

/**
 * A consumer that finds no coordinator ends for good, though a broker that stands still for a while is reason enough. With
 * the patch it is asked whether it goes on, as after other errors.
 */
export function seekCoordinatorAgain(seeker: CoordinatorSeeker): void {
  const find = seeker.findGroupCoordinatorMetadata
  seeker.findGroupCoordinatorMetadata = async function (wanted) {
    try {
      return await find.call(this, wanted)
    } catch (error) {
      if (error instanceof Error && isWithoutCoordinator(error)) Object.assign(error, { retriable: true })
      throw error
    }
  }
}

let applied = false

/** Before the first connection is opened. */
export function applyPatches(): void {
  if (applied) return
  applied = true
  stopIdleTimers(Queue.prototype)
  checkTimeoutsSeldom(Queue.prototype)
  seekCoordinatorAgain(Seeker.prototype)
}
