// Wires the latency statistics.
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import { protocolDefaults } from '@waybill/routing/protocol-defaults'
import type { Result } from '@waybill/schemas/generated/result'
import type { StatsState } from '@waybill/schemas/generated/stats-state'
import { results, statsChangelog } from '@waybill/schemas/topics'
import type { Surroundings } from '@waybill/runtime/process'
import type { RunningService } from '@waybill/runtime/task/service'
import { runService, taskDefaults } from '@waybill/runtime/task/service'
import type { Stage } from '@waybill/runtime/task/stage'
import { measureStats } from './metrics.ts'
import { statsReducer } from './reducer.ts'

export type StatsStage = Stage<StatsState, Result, never, never, null>

/** The runtime has decoded the value with the schema of its topic. */
const isResult = (topic: string, _value: unknown): _value is Result => topic === results.name

export const statsStage = (settings: ProtocolSettings): StatsStage => ({
  group: 'stats',
  inputs: [results],
  changelog: statsChangelog,
  reducer: statsReducer(settings),
  prepare(value, { topic }) {
    if (isResult(topic, value)) return value
    throw new TypeError(`${topic} is no input of the statistics.`)
  },
  tables: () => null,
  run: () => undefined,
  readsAlong: true,
  // Nobody waits for statistics: fewer and fuller transactions, while a cool-down is still known within a blink.
  lingerMs: 250,
})

/** Starts the statistics of this process. */
export function startStats(given: Surroundings): Promise<RunningService> {
  const { settings: own, log, codec, clock, processId, onEvent, metrics } = given
  const { partitions } = own
  if (metrics !== undefined) measureStats(metrics, () => clock.now())
  const stage = statsStage({ ...protocolDefaults, partitions })
  return runService(() => stage, { log, codec, clock, processId, onEvent, settings: { ...taskDefaults, partitions } })
}
