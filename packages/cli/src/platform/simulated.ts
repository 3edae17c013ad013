/** The settings of services whose vendors are simulated there: it asks for keys, and takes any. */
export const simulated = (url: string): Readonly<Record<string, string>> => ({
  OPENAI_API_KEY: 'simulated',
  ANTHROPIC_API_KEY: 'simulated',
  GEMINI_API_KEY: 'simulated',
  WAYBILL_OPENAI_URL: `${url}/v1`,
  WAYBILL_ANTHROPIC_URL: url,
  WAYBILL_GEMINI_URL: url,
})
