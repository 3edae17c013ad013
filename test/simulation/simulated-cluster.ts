import type { Appended, OutgoingRecord, Send } from '@waybill/runtime/log'
import type { ClusterOptions } from '@waybill/runtime/memory/cluster'
import { MemoryCluster } from '@waybill/runtime/memory/cluster'

export interface ClusterWatch {
  /** What the log holds from now on: of a transaction all at once, in the order in which they were committed. */
  readonly written: (sends: readonly Send[], appended: readonly Appended[]) => void
  /** A record on its way into the log: as it is, or damaged. */
  readonly pass: (topic: string, record: OutgoingRecord) => OutgoingRecord
  /** The transaction has ended; its owner does not know yet. */
  readonly ended: (transactionalId: string) => Promise<void>
}

/** A cluster in memory that tells what is committed, at the moment it is. */
export class SimulatedCluster extends MemoryCluster {
  readonly #watch: ClusterWatch

  constructor(options: ClusterOptions, watch: ClusterWatch) {
    super(options)
    this.#watch = watch
  }

  #passed(send: Send): Send {
    return { ...send, records: send.records.map((record) => this.#watch.pass(send.topic, record)) }
  }

  override append(given: Send): Appended {
    const send = this.#passed(given)
    const appended = super.append(send)
    this.#watch.written([send], [appended])
    return appended
  }

  override async commit(transactionalId: string, epoch: number, given: readonly Send[]): Promise<readonly Appended[]> {
    const sends = given.map((send) => this.#passed(send))
    const appended = await super.commit(transactionalId, epoch, sends)
    this.#watch.written(sends, appended)
    await this.#watch.ended(transactionalId)
    return appended
  }
}
