import type { Log } from '@waybill/runtime/log'
import type { TaskSettings } from '@waybill/runtime/task/task'
import type { Codec } from '@waybill/runtime/registry/codec'
import type { NormaliserStage } from '@waybill/normaliser/service'
import type { RouterDependencies, RouterStage } from '@waybill/router/service'
import type { ProtocolSettings } from '@waybill/routing/protocol-defaults'
import type { StatsStage } from '@waybill/stats/service'
import type { WorkerStage } from '@waybill/worker/service'
import type { SimulatedProcess } from './simulated-process.ts'

/** What a mutation may hold on to for as long as a process lives. */
interface Surroundings {
  readonly process: SimulatedProcess
  readonly log: Log
  readonly codec: Codec
}

/** A guard of the protocol, taken away: a service is wrapped so that it behaves as if it had never been written. */
export interface Mutation {
  readonly name: string
  readonly log?: (log: Log, process: SimulatedProcess, codec: Codec) => Log
  /** What the router is given to be made of. */
  readonly wiring?: (given: RouterDependencies, process: SimulatedProcess) => RouterDependencies
  readonly router?: (stage: RouterStage, surroundings: Surroundings) => RouterStage
  readonly worker?: (stage: WorkerStage, surroundings: Surroundings) => WorkerStage
  readonly normaliser?: (stage: NormaliserStage, surroundings: Surroundings) => NormaliserStage
  readonly stats?: (stage: StatsStage, surroundings: Surroundings) => StatsStage
  readonly codec?: (codec: Codec) => Codec
  readonly task?: (settings: TaskSettings) => TaskSettings
  readonly settings?: (settings: ProtocolSettings, process: SimulatedProcess) => ProtocolSettings
}
