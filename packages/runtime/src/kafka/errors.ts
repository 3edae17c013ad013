// What went wrong, in the port's own words. Texts name what was tried and the error's type, never what a record holds.
import type { LogErrorCode } from '../log.ts'
import { LogError } from '../log.ts'
import { adviceOn } from './advice.ts'

/** Error codes of the protocol that something is decided by. */
export const code = {
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  leaderNotAvailable: 5,
  notLeader: 6,
  requestTimedOut: 7,
  replicaNotAvailable: 9,
  messageTooLarge: 10,
  networkException: 13,
  coordinatorLoading: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  recordListTooLarge: 18,
  notEnoughReplicas: 19,
  notEnoughReplicasAfterAppend: 20,
  outOfOrderSequence: 45,
  invalidProducerEpoch: 47,
  invalidTransactionState: 48,
  invalidProducerIdMapping: 49,
  concurrentTransactions: 51,
  storageError: 56,
  unknownProducerId: 59,
  fencedLeaderEpoch: 74,
  unknownLeaderEpoch: 75,
  offsetNotAvailable: 78,
  producerFenced: 90,
  inconsistentTopicId: 103,
  /** What kafkajs, whose table ends at 88, says of all others: PRODUCER_FENCED is one of them. */
  unknownToKafkajs: -99,
} as const

const meanings = new Map<number, LogErrorCode>([
  [code.offsetOutOfRange, 'outOfRange'],
  [code.messageTooLarge, 'tooLarge'],
  [code.recordListTooLarge, 'tooLarge'],
  [code.invalidProducerEpoch, 'fenced'],
  // Our transaction is not open any more: a newer owner or its time-out has ended it.
  [code.invalidTransactionState, 'fenced'],
  [code.invalidProducerIdMapping, 'fenced'],
  [code.producerFenced, 'fenced'],
  [code.unknownToKafkajs, 'fenced'],
])

const names = new Map<number, string>(Object.entries(code).map(([name, number]) => [number, name]))

/** An error that the broker has answered with. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError'
  readonly code: number
  constructor(errorCode: number) {
    super(names.get(errorCode) ?? `error ${errorCode}`)
    this.code = errorCode
  }
}

export function failOn(errorCode: number): void {
  if (errorCode !== 0) throw new BrokerError(errorCode)
}

/** The protocol's code of an error, ours or kafkajs's, or of what caused it. */
export function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'number') return error.code
  return codeOf(error.cause)
}

function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error'
  if ('type' in error && typeof error.type === 'string') return error.type
  return error instanceof BrokerError ? error.message : error.name
}

/** @param tried what was tried, for the message */
export function toLogError(error: unknown, tried: string): LogError {
  if (error instanceof LogError) return error
  const meaning = meanings.get(codeOf(error) ?? 0) ?? 'unknown'
  const advice = adviceOn(error)
  const what = advice === undefined ? typeOf(error) : `${advice.problem} [${typeOf(error)}]. ${advice.todo}`
  return new LogError(meaning, `${tried}: ${what}`, { cause: error })
}

const stale = new Set<number>([
  code.unknownTopicOrPartition,
  code.leaderNotAvailable,
  code.notLeader,
  code.replicaNotAvailable,
  code.storageError,
  code.fencedLeaderEpoch,
  code.unknownLeaderEpoch,
  code.offsetNotAvailable,
  code.inconsistentTopicId,
])
/** Whether the partition may have another leader, or will soon: ask for metadata, and try again. */
export const isStale = (errorCode: number): boolean => stale.has(errorCode)

const busy = new Set<number>([code.coordinatorLoading, code.concurrentTransactions])
/** Whether a coordinator has refused before it did anything, and will soon accept. */
export const isBusy = (errorCode: number): boolean => busy.has(errorCode)

const refusedForNow = new Set<number>([code.notEnoughReplicas, code.notEnoughReplicasAfterAppend])
/**
 * Whether a batch may be sent again with the same sequence number, by which a broker knows one that it has. A broker that
 * cannot reach the coordinator just then says that it has not enough replicas.
 */
export const maySendAgain = (errorCode: number): boolean =>
  isBusy(errorCode) || isStale(errorCode) || refusedForNow.has(errorCode)

/** Whether it will, or another one, which has to be found first. */
export const isPassing = (errorCode: number): boolean =>
  isBusy(errorCode) || errorCode === code.coordinatorNotAvailable || errorCode === code.notCoordinator
