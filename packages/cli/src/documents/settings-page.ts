import type { SettingRow } from '@waybill/runtime/settings-table'
import { settingsTable } from '@waybill/runtime/settings-table'

const cell = (text: string): string => text.replaceAll('|', '\\|')
const code = (text: string): string => (text === '' ? '' : `\`${text}\``)

function allowed({ choices, least, secret }: SettingRow): string {
  if (choices !== undefined) return choices.map((choice) => (choice === '' ? 'empty' : code(choice))).join(', ')
  if (least !== undefined) return `a whole number of at least ${least}`
  return secret === true ? 'secret' : ''
}

const row = (setting: SettingRow): string =>
  `| ${[code(setting.name), code(setting.fallback), allowed(setting), setting.doc].map(cell).join(' | ')} |`

/** docs/settings.md, from the table that the settings are read with. */
export function settingsPage(): string {
  return `<!-- Made by "npm run waybill -- docs --write" from packages/runtime/src/settings-table.ts. Change the table, not this. -->

# Settings

Settings are environment variables. They are read once, at the start; one that cannot be used ends the process with exit code 2 and its name. \`NAME_FILE\` names a file that holds the value of \`NAME\`, for secrets that are mounted. \`npm run waybill -- doctor\` checks them against what is there.

| variable | default | values | meaning |
| --- | --- | --- | --- |
${Object.values(settingsTable).map(row).join('\n')}

All services and clients of a deployment share the brokers, the registry, \`WAYBILL_PREFIX\` and \`WAYBILL_PARTITIONS\`. Keys are needed by the worker of their vendor alone.

Set to nothing is not set, but for \`WAYBILL_PREFIX\`. A name that begins with \`WAYBILL_\` and is none of these changes nothing: the doctor tells of it.

## Further accounts

A policy may name accounts beside each vendor's \`default\` ([decision.md](decision.md#targets)). The worker of the vendor takes the key of account \`team-a\` with OpenAI from \`OPENAI_TEAM_A_API_KEY\` (or \`OPENAI_TEAM_A_API_KEY_FILE\`) and its address from \`WAYBILL_OPENAI_TEAM_A_URL\`; without that it calls where the default account does. \`ANTHROPIC_…\` and \`GEMINI_…\` likewise: upper case, with \`_\` for \`-\`. A target of an account whose key is missing is tried, told as \`no_account\`, and served by a backup.

## Your own servers

\`\`\`sh
export KAFKA_BROKERS=broker-1.example:9093,broker-2.example:9093
export KAFKA_TLS=true
export KAFKA_SASL_MECHANISM=scram-sha-512
export KAFKA_USERNAME=waybill
export KAFKA_PASSWORD_FILE=/run/secrets/kafka-password
export SCHEMA_REGISTRY_URL=https://registry.example SCHEMA_REGISTRY_USER=waybill
export SCHEMA_REGISTRY_PASSWORD_FILE=/run/secrets/registry-password
export REDIS_URL=rediss://waybill:password@redis.example:6379   # odd characters as in any URL: %40 is @
export NODE_EXTRA_CA_CERTS=/etc/ssl/our-authority.pem           # where certificates are signed by an authority of your own
npm run waybill -- topics --create
npm run waybill -- doctor
\`\`\`

Where you may not create topics, \`npm run --silent waybill -- topics --print --user waybill > topics.sh\` writes what an administrator runs: the topics, and the rights of the user. On what begins with the prefix, services need Read, Write and DescribeConfigs of topics, Read of groups and Write of transactional ids, and nothing else; they create nothing where all topics are there. Schemas are registered by \`topics --create\` and at every start.

## Real vendors

A worker calls the vendor itself where its key is set and its \`WAYBILL_…_URL\` is empty: \`npm run waybill -- up --no-simulator\`, or services of your own. Keys cost money from then on.

| | |
| --- | --- |
| verified | the vendors' own SDKs, of the pinned versions, against a simulator that was written apart from them; their answers as 1,179 recordings have them; that keys go only to their vendor, and to no log, error or record |
| not verified | any call to a live API: nobody has run this with a real key yet. Models, prices and limits are as of the dates in \`packages/routing/src/catalogue\`; [providers.md](providers.md) marks what was only read |

So begin with one request and a small \`costCeilingMicroUsd\`, and hold the vendor's bill against \`npm run waybill -- reconcile\` ([money.md](money.md)).
`
}
