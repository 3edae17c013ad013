// How settings name the accounts that a policy has beside each vendor's default one.

/** Where a worker calls for a policy's account, and with which key. */
export interface ProviderAccount {
  readonly provider: string
  /** As the policy names it. */
  readonly name: string
  readonly apiKey: string
  /** Empty for where the provider's default account calls. */
  readonly baseUrl: string
}

interface NamedAccount extends Pick<ProviderAccount, 'provider' | 'name'> {
  /** The settings. */
  readonly key: string
  readonly url: string
}

const pattern = /^(OPENAI|ANTHROPIC|GEMINI)_([A-Z][A-Z0-9_]*)_API_KEY$/u

/** The setting that holds the key of a provider's account: OPENAI_TEAM_A_API_KEY that of openai's account team-a. */
export const accountKeyName = (provider: string, account: string): string =>
  [provider, account, 'api', 'key'].join('_').toUpperCase().replaceAll('-', '_')

/** The accounts whose keys are among these settings, files of keys included. */
export function accountsNamed(settings: readonly string[]): readonly NamedAccount[] {
  const names = new Set(settings.map((name) => name.replace(/_FILE$/u, '')))
  return [...names].toSorted().flatMap((key) => {
    const [, vendor, account] = pattern.exec(key) ?? []
    if (vendor === undefined || account === undefined) return []
    const name = account.toLowerCase().replaceAll('_', '-')
    return [{ provider: vendor.toLowerCase(), name, key, url: `WAYBILL_${vendor}_${account}_URL` }]
  })
}
