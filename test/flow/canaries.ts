// What must never be seen outside of the topics that carry content, in every shape that it could be written in.

export const canaries = {
  prompt: 'CanaryOfPrompt',
  system: 'CanaryOfSystem',
  toolName: 'CanaryOfToolName',
  toolText: 'CanaryOfToolText',
  toolSchema: 'CanaryOfToolSchema',
  toolCall: 'CanaryOfToolCall',
  toolResult: 'CanaryOfToolResult',
  outputSchema: 'CanaryOfOutputSchema',
  opaque: 'CanaryOfOpaque',
  required: 'CanaryOfRequired',
  idempotencyKey: 'CanaryOfIdempotencyKey',
  metadata: 'CanaryOfMetadata',
  answer: 'CanaryOfAnswerText',
  answerCall: 'CanaryOfAnswerCall',
  refusal: 'CanaryOfRefusal',
  vendorError: 'CanaryOfVendorError',
  vendorHeader: 'CanaryOfVendorHeader',
  unreadable: 'CanaryOfUnreadable',
  openaiKey: 'CanaryOfOpenaiKey',
  anthropicKey: 'CanaryOfAnthropicKey',
  geminiKey: 'CanaryOfGeminiKey',
} as const

export type CanaryName = keyof typeof canaries

const isName = (name: string): name is CanaryName => Object.hasOwn(canaries, name)
export const canaryNames: readonly CanaryName[] = Object.keys(canaries).filter(isName)

/** The text, and as bytes are printed: base64 at each of its three places, hexadecimal, numbers. */
function shapesOf(canary: string): readonly string[] {
  const bytes = Buffer.from(canary)
  const base64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(before === 0 ? 0 : before + 1, -4),
  )
  return [canary, ...base64, bytes.toString('hex'), bytes.join(','), bytes.join(', ')]
}

const shapes = canaryNames.map((name) => [name, shapesOf(canaries[name])] as const)

/** Which canaries a text holds, in whatever shape. */
export const canariesIn = (text: string): readonly CanaryName[] =>
  shapes.filter(([, each]) => each.some((shape) => text.includes(shape))).map(([name]) => name)
