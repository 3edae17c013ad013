// The worker as a pure function: a call is announced by a marker before it is made, and ended by one result.
import type { UnsentReason } from '@waybill/providers/unsent'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { LateOutcome } from '@waybill/schemas/generated/late-outcome'
import type { Marker } from '@waybill/schemas/generated/marker'
import type { Outcome } from '@waybill/schemas/generated/outcome'
import type { WorkerState } from '@waybill/schemas/generated/worker-state'
import { dispatches, sizes } from '@waybill/schemas/topics'
import type { Arrival, Context, Reducer, StageEvent, Step, View } from '@waybill/runtime/task/stage'
import type { AttemptOutcome, Effect, MarkedAttempt, Prepared } from './reducer/prepared.ts'
import { attemptOf, notSent, orphan, resultOutput } from './reducer/result.ts'
import { dispatchOfHeaders } from './reducer/unreadable.ts'

type Event = StageEvent<Prepared, AttemptOutcome>
type Unreadable = Extract<Event, { readonly kind: 'unreadable' }>
type WorkerStep = Step<WorkerState, Effect>
type Limits = Pick<ProtocolSettings, 'attemptMaxMs' | 'graceMs'>

/** How long a process that has lost a partition gets to say that its calls still run. */
export const orphanAfterMs = 5_000
/** An order of this size still leaves room for an answer in its result. */
export const mostDispatchBytes = sizes.carrier - sizes.body - 256 * 1024

const prefix = 'marker/'
export const markerKey = (attempt: string): string => `${prefix}${attempt}`
const markerState = (marker: Marker): WorkerState => ({ positions: null, marker, settledUntil: null })

/** So long after its deadline an order is one in nobody's eyes, however wrong a clock is. */
const clockSlackMs = 10_000
/** Notes go together, many in one transaction. */
const roundMs = 10_000

/**
 * What is left of an attempt once its result is written: until it is too late for its order anyway, whoever appends that
 * order again gets nothing for it. A call could be billed twice otherwise.
 */
function settledNote({ deadline }: Dispatch, now: number): WorkerState | null {
  const settledUntil = Math.ceil((deadline + clockSlackMs) / roundMs) * roundMs
  return now < settledUntil ? { positions: null, marker: null, settledUntil } : null
}

/** Whether an order needs no call any more; null while it does. */
export function missedBy({ deadline, startBy }: Dispatch, now: number): UnsentReason | null {
  if (now >= deadline) return 'deadline'
  return now > startBy ? 'no_permit' : null
}

/** T1: the marker, or the result where no call may be made. */
function onDispatch(
  view: View<WorkerState>,
  dispatch: Dispatch,
  { offset, bytes }: Arrival,
  { now, processId }: Context<null>,
  { attemptMaxMs }: Limits,
): WorkerStep {
  const attempt = attemptOf(dispatch)
  const passed = [{ kind: 'passed', offset }] as const
  // It was ordered twice, which only a person who replays topics can do: it is under way, or has its result.
  if (view.get(markerKey(attempt)) !== undefined) return { effects: passed }
  const missed = (bytes?.length ?? 0) > mostDispatchBytes ? 'too_large' : missedBy(dispatch, now)
  if (missed !== null)
    return {
      changes: [[markerKey(attempt), settledNote(dispatch, now)]],
      outputs: [resultOutput(dispatch, notSent(missed, now, now), processId)],
      effects: passed,
    }
  const endBy = Math.min(dispatch.deadline, now + attemptMaxMs)
  const marker: Marker = { by: processId, startedAt: now, endBy, held: false, dispatch }
  return {
    changes: [[markerKey(attempt), markerState(marker)]],
    effects: [{ kind: 'call', marked: { attempt, marker }, offset }],
  }
}

/** T2: the marker goes, and one result comes. */
function settle(marker: Marker, attempt: string, outcome: Outcome, now: number): WorkerStep {
  return {
    changes: [[markerKey(attempt), settledNote(marker.dispatch, now)]],
    outputs: [resultOutput(marker.dispatch, outcome, marker.by)],
    effects: [{ kind: 'settled', attempt }],
  }
}

/** Without a marker the attempt was settled before. */
function onOutcome(view: View<WorkerState>, { attempt, outcome }: AttemptOutcome, now: number): WorkerStep {
  const marker = view.get(markerKey(attempt))?.marker
  return marker ? settle(marker, attempt, outcome, now) : { effects: [{ kind: 'settled', attempt }] }
}

function onLate(view: View<WorkerState>, { attempt, outcome }: LateOutcome, now: number): WorkerStep {
  const marker = view.get(markerKey(attempt))?.marker
  if (!marker) return outcome === null ? {} : { effects: [{ kind: 'answerLost', attempt }] }
  if (outcome !== null) return settle(marker, attempt, outcome, now)
  return { changes: [[markerKey(attempt), markerState({ ...marker, held: true })]] }
}

function onTakenOver(view: View<WorkerState>, { processId }: Context<null>): WorkerStep {
  const marked = new Set<string>()
  const own: MarkedAttempt[] = []
  for (const [key, { marker }] of view.open()) {
    if (marker === null) continue
    const attempt = key.slice(prefix.length)
    marked.add(attempt)
    if (marker.by === processId) own.push({ attempt, marker })
  }
  return { effects: [{ kind: 'adopt', marked, own }] }
}

/** The process that announced the call is gone, or has said nothing in time; or a note has served. */
function onTimer(view: View<WorkerState>, key: string, { now }: Context<null>): WorkerStep {
  const marker = view.get(key)?.marker
  if (!marker) return { changes: [[key, null]] }
  return settle(marker, key.slice(prefix.length), orphan(marker.startedAt, now), now)
}

function onUnreadable(event: Unreadable, provider: string, { now, processId }: Context<null>): WorkerStep {
  const { arrival, value, reason } = event
  if (arrival.topic !== dispatches(provider).name) return {}
  const { offset, headers } = arrival
  const effects = [{ kind: 'passed', offset }] as const
  const dispatch = value?.type === 'dispatch' ? value.dispatch : dispatchOfHeaders(headers, provider, now)
  if (dispatch === null) return { effects }
  const why = reason === 'too_large' ? 'too_large' : 'unreadable_dispatch'
  return { outputs: [resultOutput(dispatch, notSent(why, now, now), processId)], effects }
}

/** @param limits how long things may take */
export const workerReducer = (
  provider: string,
  limits: Limits,
): Reducer<WorkerState, Prepared, AttemptOutcome, Effect, null> => ({
  step(view, event, context) {
    switch (event.kind) {
      case 'takenOver':
        return onTakenOver(view, context)
      case 'record': {
        const { value, arrival } = event
        if (value.type === 'late') return onLate(view, value.late, context.now)
        return onDispatch(view, value.dispatch, arrival, context, limits)
      }
      case 'unreadable':
        return onUnreadable(event, provider, context)
      case 'outcome':
        return onOutcome(view, event.outcome, context.now)
      case 'timer':
        return onTimer(view, event.key, context)
    }
  },
  due(_, { marker, settledUntil }, { caughtUpAt, processId }) {
    if (marker === null) return settledUntil
    // What this process has announced it answers for itself, long before this; unless what it said was damaged on its way.
    if (marker.by === processId) return Math.max(marker.endBy + limits.graceMs, caughtUpAt) + orphanAfterMs
    return marker.held ? marker.endBy + limits.graceMs : caughtUpAt + orphanAfterMs
  },
  isOpen: (_, { marker }) => marker !== null,
})
