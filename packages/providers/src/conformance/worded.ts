// Bodies in the vendors' own words, for tests.

export const chat = (message: object, finish = 'stop', more = {}): object => ({
  choices: [{ message: { role: 'assistant', ...message }, finish_reason: finish }],
  ...more,
})
export const gemini = (parts: readonly object[], finishReason = 'STOP', more = {}): object => ({
  candidates: [{ content: { role: 'model', parts }, finishReason }],
  responseId: 'gen-1',
  ...more,
})
export const claude = (content: readonly object[], reason = 'end_turn', more = {}): object => ({
  type: 'message',
  content,
  stop_reason: reason,
  ...more,
})
export const openai = (output: readonly object[], more = {}): object => ({ status: 'completed', output, ...more })
export const said = (text: string, more = {}): object => ({
  type: 'message',
  content: [{ type: 'output_text', text }],
  ...more,
})
export const call = (name: string, args: string): object => ({
  id: 'call_1',
  type: 'function',
  function: { name, arguments: args },
})
