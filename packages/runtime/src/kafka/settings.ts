import type { ConnectionOptions } from 'node:tls'

/** What the adapter tells about itself. It logs nothing. */
export interface KafkaEvent {
  readonly code:
    | 'fetch_failed'
    | 'partition_unreadable'
    | 'feed_threw'
    | 'member_crashed'
    | 'member_joined'
    | 'append_retried'
  /** The topic or group that it is about, without the prefix. */
  readonly name?: string
  readonly partition?: number
  readonly error?: unknown
}

export interface KafkaSettings {
  /** `host:port` of some brokers. */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** Stands before the name of every topic, group and transactional id. */
  readonly prefix: string
  readonly ssl?: ConnectionOptions | boolean
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
    readonly username: string
    readonly password: string
  }
  /** After how long without a heartbeat a member is out: the longest that a takeover from a dead process waits. */
  readonly sessionTimeoutMs?: number
  readonly heartbeatMs?: number
  /** After how long the broker aborts a transaction that nobody ends or fences: until then it hides what comes after it. */
  readonly transactionTimeoutMs?: number
  readonly requestTimeoutMs?: number
  /** 2 needs transaction.version 2 (Kafka 4); 1 works everywhere; a probe finds out. */
  readonly transactionVersion?: 1 | 2 | 'probe'
  /** How long a poll waits for records: a feed that gets room waits that long at most. */
  readonly maxWaitMs?: number
  /** Tells a supervisor who we are in a group, so that it can remove us when we are dead. */
  readonly onMember?: (member: { readonly group: string; readonly memberId: string }) => void
  readonly onEvent?: (event: KafkaEvent) => void
}

export type CompleteSettings = Required<Omit<KafkaSettings, 'ssl' | 'sasl'>> & Pick<KafkaSettings, 'ssl' | 'sasl'>

const longestWaitMs = 250

export function completed(settings: KafkaSettings): CompleteSettings {
  return {
    sessionTimeoutMs: 6_000,
    heartbeatMs: 200,
    transactionTimeoutMs: 5_000,
    requestTimeoutMs: 10_000,
    transactionVersion: 'probe',
    onMember: () => undefined,
    onEvent: () => undefined,
    ...settings,
    maxWaitMs: Math.min(longestWaitMs, settings.maxWaitMs ?? longestWaitMs),
  }
}
