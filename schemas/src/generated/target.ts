// Made by `npm run generate` from schemas/avro. Change the .avsc file, not this one.

/** Where a call goes: a provider, an API of it, and one pinned model. */
export interface Target {
  /** Name in the catalogue, for example openai/gpt-5.4-mini. */
  readonly id: string
  /** openai, anthropic or gemini. */
  readonly provider: string
  /** Which of the provider's APIs: chatCompletions, responses, messages or generateContent. */
  readonly api: string
  /** The exact model id that is sent. */
  readonly model: string
  /** The policy's tier that it was chosen from. */
  readonly tier: string
}
