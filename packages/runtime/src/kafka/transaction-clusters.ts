// A cluster object for each task with transactions open: a broker answers one connection in order, so on a shared one the
// tasks of a process would wait for each other.
import type { Cluster } from './internals.ts'
import { openCluster } from './clusters.ts'
import type { Sockets } from './clusters.ts'
import type { CompleteSettings } from './settings.ts'

export interface TransactionClusters {
  take(): Promise<Cluster>
  /** After an error there may be something under way on it: then it is not used again. */
  give(cluster: Cluster, reusable: boolean): void
  close(): Promise<void>
}

export function openTransactionClusters(settings: CompleteSettings, sockets: Sockets): TransactionClusters {
  const free: Cluster[] = []
  const all = new Set<Cluster>()
  const drop = async (cluster: Cluster): Promise<void> => {
    all.delete(cluster)
    // Of connections that are broken already, which is why they are dropped.
    await cluster.disconnect().catch(() => undefined)
  }
  return {
    async take() {
      const cluster = free.pop() ?? (await openCluster(settings, sockets))
      all.add(cluster)
      return cluster
    },
    give(cluster, reusable) {
      if (reusable) free.push(cluster)
      else void drop(cluster)
    },
    async close() {
      await Promise.all([...all].map(drop))
    },
  }
}
