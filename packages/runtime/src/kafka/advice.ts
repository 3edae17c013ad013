// What a person can do about an error of the brokers: which setting, or which right.
import type { Unreached } from '../unreached.ts'
import { causesOf, unreached } from '../unreached.ts'

const names = { address: 'KAFKA_BROKERS', tls: 'KAFKA_TLS' }
const grant = '"waybill topics --print --user NAME" prints the topics and rights that an administrator gives.'

const login: Unreached = {
  problem: 'the user is not let in',
  todo: 'Check KAFKA_USERNAME, KAFKA_PASSWORD (or KAFKA_PASSWORD_FILE) and KAFKA_SASL_MECHANISM.',
}
const refusals: readonly (readonly [code: number, type: string, problem: string, todo: string])[] = [
  [
    10,
    'MESSAGE_TOO_LARGE',
    'the record is larger than its topic takes',
    'A request may have 1 MiB; doctor checks the topics.',
  ],
  [29, 'TOPIC_AUTHORIZATION_FAILED', 'the user may not do this with a topic', grant],
  [30, 'GROUP_AUTHORIZATION_FAILED', 'the user may not use this group', grant],
  [31, 'CLUSTER_AUTHORIZATION_FAILED', 'the user may not do this with the cluster', grant],
  [33, 'UNSUPPORTED_SASL_MECHANISM', 'it does not know the mechanism', login.todo],
  [53, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'the user may not use this transactional id', grant],
]
const silence: Unreached = {
  problem: 'it closes the connection without a word',
  todo: 'It may want TLS or a login, or neither: check KAFKA_TLS and KAFKA_SASL_MECHANISM.',
}
const lateness: Unreached = {
  problem: 'it does not answer in time',
  todo: 'Check KAFKA_BROKERS and KAFKA_TLS, that the brokers run, and what lies between.',
}

/** kafkajs keeps to itself that the user may not ask for it. */
const unguided: Unreached = {
  problem: 'no coordinator was found',
  todo: `Brokers that have just started need a moment. Else the user may lack the right: ${grant}`,
}

const texts: readonly (readonly [pattern: RegExp, advice: Unreached])[] = [
  [/SASLAuthentication/u, login],
  [/CoordinatorNotFound/u, unguided],
  [/ConnectionClosed|Closed connection|Connection closed/u, silence],
  [/(?:connection|request) ?time-?out|timed out/iu, lateness],
]

function adviceOnOne(error: Error): Unreached | undefined {
  const [code, type] = ['code' in error ? error.code : undefined, 'type' in error ? error.type : undefined]
  const refusal = refusals.find(([number, name]) => number === code || name === type)
  if (refusal === undefined) return texts.find(([pattern]) => pattern.test(`${error.name} ${error.message}`))?.[1]
  const [, , problem, todo] = refusal
  return { problem: 'topic' in error && typeof error.topic === 'string' ? `${problem}: ${error.topic}` : problem, todo }
}

/** Undefined where nobody can do anything from outside. */
export function adviceOn(error: unknown): Unreached | undefined {
  const network = unreached(error, names)
  if (network !== undefined && !network.problem.startsWith('it closes')) return network
  for (const cause of causesOf(error).toReversed()) {
    const advice = adviceOnOne(cause)
    if (advice !== undefined) return advice
  }
  return network === undefined ? undefined : silence
}

/** An error's advice as the end of a sentence; empty where there is none. */
export function because(error: unknown): string {
  const advice = adviceOn(error)
  return advice === undefined ? '' : `: ${advice.problem}. ${advice.todo}`
}
