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

## Your own Kafka

\`\`\`sh
export KAFKA_BROKERS=broker-1.example:9093,broker-2.example:9093
export KAFKA_TLS=true
export KAFKA_SASL_MECHANISM=scram-sha-512
export KAFKA_USERNAME=waybill
export KAFKA_PASSWORD_FILE=/run/secrets/kafka-password
export SCHEMA_REGISTRY_URL=https://registry.example
npm run waybill -- topics --create   # or --print, and an administrator runs what it prints
npm run waybill -- doctor
\`\`\`
`
}
