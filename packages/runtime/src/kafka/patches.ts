// What kafkajs 2.2.4 does wrong and we cannot do without. Each patch has a test that shows the fault without it.
// Its other faults are avoided rather than patched: fetches, produce requests and transactions do not run through its code.
import type { RequestQueue } from './internals.ts'
import { RequestQueue as Queue } from './internals.ts'

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

let applied = false

/** Before the first connection is opened. */
export function applyPatches(): void {
  if (!applied) stopIdleTimers(Queue.prototype)
  applied = true
}
