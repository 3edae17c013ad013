// The catalogue of August 2024: twelve models that the public matrix has answers of, at the prices of that month.
import type { Catalogue } from '@waybill/routing/catalogue/catalogue'
import { catalogueOf } from '@waybill/routing/catalogue/catalogue'
import { priorsOf, sinceLaunch, unlimited, usd } from '@waybill/routing/catalogue/declared'
import type { CatalogueTarget } from '@waybill/routing/catalogue/target'

/** Provider, model as the matrix names it, dollars per million tokens of input and output. The first is the baseline. */
const rows = [
  ['anthropic', 'claude-3-5-sonnet-20240620', 3, 15],
  ['openai', 'gpt-4o-2024-08-06-FC', 2.5, 10],
  ['openai', 'gpt-4o-mini-2024-07-18', 0.15, 0.6],
  ['gemini', 'gemini-1.5-pro-preview-0514', 3.5, 10.5],
  ['gemini', 'gemini-1.5-flash-preview-0514', 0.35, 0.53],
  ['mistral', 'mistral-large-2407-FC-Any', 3, 9],
  ['cohere', 'command-r-plus', 3, 15],
  ['anthropic', 'claude-3-haiku-20240307', 0.25, 1.25],
  ['mistral', 'open-mixtral-8x22b', 2, 6],
  ['mistral', 'open-mistral-nemo-2407-FC-Auto', 0.3, 0.3],
  ['openai', 'gpt-3.5-turbo-0125-FC', 0.5, 1.5],
  ['openai', 'gpt-4-turbo-2024-04-09', 10, 30],
] as const

function targetOf([provider, model, input, output]: (typeof rows)[number]): CatalogueTarget {
  return {
    id: `${provider}/${model}`,
    provider,
    account: 'default',
    api: 'chatCompletions',
    model,
    pinned: true,
    alias: null,
    serviceTier: null,
    regions: ['us'],
    retention: '30d',
    prices: sinceLaunch(usd(input, input, input, output)),
    contextTokens: 32_000,
    maxOutputTokens: 4_096,
    capabilities: {
      tools: true,
      parallelTools: true,
      singleTool: true,
      forcedTool: true,
      jsonSchema: 'lossy',
      schemaWithTools: true,
      images: false,
      sampling: [],
      efforts: [],
      reasoningLimit: false,
      limits: unlimited,
    },
    retiresAt: null,
    source: 'HuanzhiMao/BFCL-Result b4adfc9: cost over tokens',
    checkedOn: '2024-08-11',
    priors: priorsOf(provider, { firstTokenMs: 1_000, tokensPerSecond: 50, outputTokens: 60 }),
  }
}

/** Names of the models, the baseline first. */
export const pool: readonly string[] = rows.map(([, model]) => model)
export const baseline = pool[0] ?? ''
export const catalogue2024: Catalogue = catalogueOf(rows.map(targetOf))
/** When the replay's clock starts: the day of the matrix. */
export const august = Date.UTC(2024, 7, 11)
