/** What OpenTelemetry's conventions for generative AI call a provider (`gen_ai.provider.name`). */
export const genAiProvider = (provider: string): string => (provider === 'gemini' ? 'gcp.gemini' : provider)
