import type { Settings } from '@waybill/runtime/config'
import { settingsTable } from '@waybill/runtime/settings-table'
import type { Finding } from './finding.ts'
import { fine, notice, wrong } from './finding.ts'

const vendors = [
  { name: 'openai', key: 'openaiApiKey', url: 'openaiBaseUrl' },
  { name: 'anthropic', key: 'anthropicApiKey', url: 'anthropicBaseUrl' },
  { name: 'gemini', key: 'geminiApiKey', url: 'geminiBaseUrl' },
] as const

/** Keys are needed where the workers run, which may be elsewhere. */
export const keyFindings = (settings: Settings): readonly Finding[] =>
  vendors.map(({ name, key, url }) => {
    const setting = settingsTable[key].name
    const where = settings[url] === '' ? 'the vendor itself' : new URL(settings[url]).origin
    if (settings[key] !== '') return fine('keys', setting, `is set; the ${name} worker calls ${where}`)
    const todo = `Set ${setting} or ${setting}_FILE where the ${name} worker runs; "waybill up" brings keys of its own for its simulator.`
    return notice('keys', setting, `is not set here, and the ${name} worker does not start without it`, todo)
  })

const local = /^(?:127\.|localhost|\[::1\])/u

/** Secrets that travel in the clear, and mechanisms without their user. */
export function securityFindings(settings: Settings): readonly Finding[] {
  const { kafkaBrokers, kafkaTls, kafkaSaslMechanism: mechanism, kafkaUsername, kafkaPassword } = settings
  const findings: Finding[] = []
  if (mechanism !== '' && (kafkaUsername === '' || kafkaPassword === ''))
    findings.push(
      wrong(
        'settings',
        'KAFKA_SASL_MECHANISM',
        `is ${mechanism} without a user and a password`,
        'Set KAFKA_USERNAME and KAFKA_PASSWORD (or KAFKA_PASSWORD_FILE).',
      ),
    )
  if (!kafkaTls && kafkaBrokers.some((broker) => !local.test(broker)))
    findings.push(
      notice(
        'settings',
        'KAFKA_TLS',
        'is false, so prompts, answers and passwords travel in the clear',
        'Set KAFKA_TLS=true where the brokers take TLS.',
      ),
    )
  return findings
}
