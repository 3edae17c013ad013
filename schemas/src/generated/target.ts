// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** Where a call goes: a provider's account, an API, one pinned model, and a service tier. */
export interface Target {
  /** Name in the catalogue: provider/model, then +service-tier and @account where they are not the usual ones. For example openai/gpt-6-luna+flex@team-a. */
  readonly id: string
  /** openai, anthropic or gemini. */
  readonly provider: string
  /** Which of the provider's APIs: chatCompletions, responses, messages or generateContent. */
  readonly api: string
  /** The exact model id that is sent. */
  readonly model: string
  /** The policy's tier that it was chosen from. */
  readonly tier: string
  /** Our account with the provider: whose key is used. The policy names those beside default. */
  readonly account: string
  /** Where the account does the work, as the policy or else the catalogue has it. */
  readonly regions: readonly string[]
  /** The vendor's service tier that is asked for, in its own word; null: none is. */
  readonly serviceTier: string | null
}
