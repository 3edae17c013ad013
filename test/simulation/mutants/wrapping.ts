// How a service is wrapped so that one of its guards is gone. Only the simulation can do this.
import type { Log } from '@waybill/runtime/log'
import type { Context, Reducer, Stage, StageEvent, Step, View } from '@waybill/runtime/task/stage'

/** A log with some of its functions replaced. */
export const replacing = (log: Log, replaced: Partial<Log>): Log => ({
  openTransactions: (id) => log.openTransactions(id),
  follow: (feed) => log.follow(feed),
  poke: () => {
    log.poke()
  },
  read: (topic, partition, range, take) => log.read(topic, partition, range, take),
  readOne: (topic, partition, offset) => log.readOne(topic, partition, offset),
  range: (topic, partition) => log.range(topic, partition),
  partitionCounts: (topics) => log.partitionCounts(topics),
  join: (options) => log.join(options),
  commitOffsets: (group, partition, next) => log.commitOffsets(group, partition, next),
  committedOffsets: (group, partition, topics) => log.committedOffsets(group, partition, topics),
  append: (send) => log.append(send),
  close: () => log.close(),
  ...replaced,
})

interface Stepping<State, Prepared, Outcome, Effect, Tables> {
  readonly inner: Reducer<State, Prepared, Outcome, Effect, Tables>['step']
  readonly view: View<State>
  readonly event: StageEvent<Prepared, Outcome>
  readonly context: Context<Tables>
}

/** A stage whose reducer steps otherwise. */
export function stepping<State, Prepared, Outcome, Effect, Tables>(
  stage: Stage<State, Prepared, Outcome, Effect, Tables>,
  step: (given: Stepping<State, Prepared, Outcome, Effect, Tables>) => Step<State, Effect>,
  due?: Reducer<State, Prepared, Outcome, Effect, Tables>['due'],
): Stage<State, Prepared, Outcome, Effect, Tables> {
  const { reducer } = stage
  const inner: typeof reducer.step = (view, event, context) => reducer.step(view, event, context)
  return {
    ...stage,
    reducer: {
      ...reducer,
      ...(due === undefined ? {} : { due }),
      step: (view, event, context) => step({ inner, view, event, context }),
    },
  }
}

/** A view that shows entries otherwise, and hides those that are shown as undefined. */
export const seeing = <State>(
  view: View<State>,
  show: (key: string, state: State | undefined) => State | undefined,
): View<State> => ({
  get: (key) => show(key, view.get(key)),
  under: (group) => view.under(group).filter((key) => show(key, view.get(key)) !== undefined),
  *open() {
    for (const [key, state] of view.open()) {
      const shown = show(key, state)
      if (shown !== undefined) yield [key, shown]
    }
  },
})
