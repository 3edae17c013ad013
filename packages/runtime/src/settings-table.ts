// Every setting, in one table: the documentation is made from it.
import type { SettingKey } from './config.ts'

export interface SettingRow {
  /** The environment variable. NAME_FILE names a file that holds the value instead. */
  readonly name: string
  readonly fallback: string
  readonly doc: string
  readonly choices?: readonly string[]
  readonly least?: number
  readonly secret?: boolean
}

export const settingsTable: Readonly<Record<SettingKey, SettingRow>> = {
  kafkaBrokers: { name: 'KAFKA_BROKERS', fallback: '', doc: 'Brokers to start from, host:port, separated by commas.' },
  schemaRegistryUrl: { name: 'SCHEMA_REGISTRY_URL', fallback: '', doc: "The schema registry, by Confluent's API." },
  schemaRegistryUser: {
    name: 'SCHEMA_REGISTRY_USER',
    fallback: '',
    doc: 'User of the registry, for basic authentication.',
  },
  schemaRegistryPassword: {
    name: 'SCHEMA_REGISTRY_PASSWORD',
    fallback: '',
    doc: 'Password of the registry.',
    secret: true,
  },
  redisUrl: {
    name: 'REDIS_URL',
    fallback: '',
    doc: 'Redis, redis:// or rediss:// for TLS, with user:password@ before the host; without it, answers are read from the log.',
  },
  topicPrefix: {
    name: 'WAYBILL_PREFIX',
    fallback: 'waybill.',
    doc: 'Stands before every topic, group and transactional id.',
  },
  partitions: {
    name: 'WAYBILL_PARTITIONS',
    fallback: '4',
    doc: 'Partitions of every topic. More means new topic names after a drain.',
    least: 1,
  },
  replicationFactor: {
    name: 'WAYBILL_REPLICATION',
    fallback: '-1',
    doc: "Replicas of every topic that is created; -1 is the broker's default.",
    least: -1,
  },
  policyFile: {
    name: 'WAYBILL_POLICY',
    fallback: '',
    doc: 'The policy file; without it, deploy/policies/default.yaml.',
  },
  kafkaTls: {
    name: 'KAFKA_TLS',
    fallback: 'false',
    doc: 'Whether to speak TLS to the brokers; NODE_EXTRA_CA_CERTS names the authority where it is your own.',
    choices: ['true', 'false'],
  },
  kafkaSaslMechanism: {
    name: 'KAFKA_SASL_MECHANISM',
    fallback: '',
    doc: 'How to authenticate at the brokers; empty for not at all.',
    choices: ['', 'plain', 'scram-sha-256', 'scram-sha-512'],
  },
  kafkaUsername: { name: 'KAFKA_USERNAME', fallback: '', doc: 'User at the brokers.' },
  kafkaPassword: { name: 'KAFKA_PASSWORD', fallback: '', doc: 'Password at the brokers.', secret: true },
  openaiApiKey: { name: 'OPENAI_API_KEY', fallback: '', doc: "Key of OpenAI's worker.", secret: true },
  anthropicApiKey: { name: 'ANTHROPIC_API_KEY', fallback: '', doc: "Key of Anthropic's worker.", secret: true },
  geminiApiKey: { name: 'GEMINI_API_KEY', fallback: '', doc: "Key of Gemini's worker.", secret: true },
  openaiBaseUrl: {
    name: 'WAYBILL_OPENAI_URL',
    fallback: '',
    doc: 'Where the OpenAI worker calls, for a simulator or a gateway; empty for the vendor itself.',
  },
  anthropicBaseUrl: {
    name: 'WAYBILL_ANTHROPIC_URL',
    fallback: '',
    doc: 'Where the Anthropic worker calls; empty for the vendor itself.',
  },
  geminiBaseUrl: {
    name: 'WAYBILL_GEMINI_URL',
    fallback: '',
    doc: 'Where the Gemini worker calls; empty for the vendor itself.',
  },
  permits: {
    name: 'WAYBILL_PERMITS',
    fallback: '64',
    doc: 'Calls under way at once, for each worker process.',
    least: 1,
  },
  dedupWindowMs: {
    name: 'WAYBILL_DEDUP_WINDOW_MS',
    fallback: '3600000',
    doc: "For how long a settled request is remembered; at least the producers' retry horizon.",
    least: 1_000,
  },
  logLevel: {
    name: 'LOG_LEVEL',
    fallback: 'info',
    doc: 'What is logged.',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
  },
  metricsPort: {
    name: 'WAYBILL_METRICS_PORT',
    fallback: '',
    doc: 'Where the process serves /metrics and /healthz by HTTP; 0 for any free port, empty for nowhere.',
  },
  metricsHost: {
    name: 'WAYBILL_METRICS_HOST',
    fallback: '',
    doc: 'The address that is listened on for it, such as 127.0.0.1; empty for all addresses of the machine.',
  },
}
