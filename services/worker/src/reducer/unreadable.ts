import type { Dispatch } from '@waybill/schemas/generated/dispatch'

/** What the headers of an unreadable order say of it: enough to end its chain. Null where they do not even say whose it is. */
export function dispatchOfHeaders(
  headers: Readonly<Record<string, string>>,
  provider: string,
  now: number,
): Dispatch | null {
  const { claim = '', attempt = '1', owner = '', tenant = '', hash = '', k = '0' } = headers
  if (claim === '' || hash === '') return null
  const nothing = { api: '', model: '', tier: '', id: '', account: '', regions: [], serviceTier: null }
  return {
    claim,
    attempt: wholeNumber(attempt, 1),
    hash,
    tenant,
    owner,
    k: wholeNumber(k, 0),
    flagged: false,
    mode: 'strict',
    target: { ...nothing, provider },
    backups: [],
    backupsAllowed: 0,
    appendedAt: now,
    startBy: now,
    deadline: now,
    costCeilingMicroUsd: null,
    maxOutputTokens: 0,
    expectedInputTokens: 0,
    expectedOutputTokens: 0,
    estimatedInputTokens: null,
    taskClass: '',
    baselineModel: '',
    policy: '',
    explored: false,
    spentPicoUsd: 0,
    unknownPicoUsd: null,
    request: new Uint8Array(),
  }
}

const wholeNumber = (text: string, otherwise: number): number => (/^\d{1,6}$/u.test(text) ? Number(text) : otherwise)
