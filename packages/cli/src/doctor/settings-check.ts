import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { defaultAccount } from '@waybill/routing/catalogue/accounts'
import type { CatalogueTarget } from '@waybill/routing/catalogue/target'
import type { Settings } from '@waybill/runtime/config'
import { accountKeyName } from '@waybill/runtime/account-settings'
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

/** Of the accounts that the policy's targets name: a target whose key is missing is tried, and a backup serves. */
export const accountFindings = (
  targets: readonly Pick<CatalogueTarget, 'provider' | 'account'>[],
  { accounts }: Pick<Settings, 'accounts'>,
): readonly Finding[] =>
  [...new Set(targets.filter(({ account }) => account !== defaultAccount).map(nameOf))].toSorted().map((named) => {
    const [provider = '', account = ''] = named.split('@')
    const setting = accountKeyName(provider, account)
    const todo = `Set ${setting} or ${setting}_FILE where the ${provider} worker runs.`
    return accounts.some((each) => each.provider === provider && each.name === account)
      ? fine('keys', setting, `is set, for the account ${account} of ${provider}`)
      : notice('keys', setting, `is not set here: without it, backups serve what the policy gives to ${named}`, todo)
  })

const nameOf = ({ provider, account }: Pick<CatalogueTarget, 'provider' | 'account'>): string =>
  `${provider}@${account}`

const local = /^(?:127\.|localhost|\[::1\])/u

/** Secrets that travel in the clear. */
export function securityFindings({ kafkaBrokers, kafkaTls }: Settings): readonly Finding[] {
  if (kafkaTls || kafkaBrokers.every((broker) => local.test(broker))) return []
  const what = 'is false, so prompts, answers and passwords travel in the clear'
  return [notice('settings', 'KAFKA_TLS', what, 'Set KAFKA_TLS=true where the brokers take TLS.')]
}

/** @param names what begins like a setting of ours, and is none */
export const unknownFindings = (names: readonly string[]): readonly Finding[] =>
  names.map((name) =>
    notice(
      'settings',
      name,
      'is no setting: it changes nothing',
      'Correct its name; docs/settings.md lists all settings.',
    ),
  )

/** @param file what NODE_EXTRA_CA_CERTS names: Node goes on without a file that it cannot use, and says so once */
export function certificateFindings(file: string): readonly Finding[] {
  if (file === '') return []
  const where = 'NODE_EXTRA_CA_CERTS'
  try {
    const certificates = readFileSync(file, 'utf8').match(/-----BEGIN [^-]*CERTIFICATE-----[^-]+-----END[^-]+-----/gu)
    const subjects = (certificates ?? []).map((text) => new X509Certificate(text).subject.replaceAll('\n', ', '))
    const [first] = subjects
    if (first === undefined) throw new Error('there is no certificate')
    const others = subjects.length === 1 ? '' : ` and ${subjects.length - 1} more`
    return [fine('settings', where, `also trusts ${first}${others}`)]
  } catch {
    const what = `${file} cannot be read as certificates (PEM): servers with a certificate of your own are not trusted`
    return [wrong('settings', where, what, 'Correct the path, or the file.')]
  }
}
