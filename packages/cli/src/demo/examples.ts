// The demo's own requests: several kinds of work, each different from the next, and some of them twice.
import type { RequestInput } from '@waybill/client/complete'

const invoiceSchema = JSON.stringify({
  type: 'object',
  additionalProperties: false,
  required: ['supplier', 'number', 'date', 'totalCents', 'currency', 'lines'],
  properties: {
    supplier: { type: 'string' },
    number: { type: 'string' },
    date: { type: 'string', format: 'date' },
    totalCents: { type: 'integer' },
    currency: { type: 'string', enum: ['EUR', 'USD', 'GBP'] },
    lines: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['text', 'quantity'],
        properties: { text: { type: 'string' }, quantity: { type: 'integer' } },
      },
    },
  },
})

const tools = [
  {
    name: 'find_order',
    description: 'Finds an order by its number.',
    parameters: JSON.stringify({
      type: 'object',
      required: ['orderNumber'],
      properties: { orderNumber: { type: 'string' }, withHistory: { type: 'boolean' } },
    }),
  },
  {
    name: 'open_ticket',
    description: 'Opens a ticket for a person to look at.',
    parameters: JSON.stringify({
      type: 'object',
      required: ['title', 'urgency'],
      properties: { title: { type: 'string' }, urgency: { enum: ['low', 'normal', 'high'] } },
    }),
  },
]

const paragraph =
  'The delivery left the northern depot on Tuesday, was weighed at the bridge, waited a night for the ferry, and reached the ' +
  'harbour office with two crates fewer than the papers said; the clerk noted both numbers and sent the papers back. '

type Work = Pick<RequestInput, 'messages'> & Partial<RequestInput>

const extraction = (index: number): Work => ({
  taskClass: 'extraction',
  outputSchema: invoiceSchema,
  latencyBudgetMs: 20_000,
  messages: [
    { role: 'system', text: 'Read the invoice and fill in the form.' },
    {
      role: 'user',
      text: `Invoice ${4_000 + index} of Harbour Supplies, 14 March 2026: ${index % 7} ropes, ${index % 5} lamps, EUR ${120 + index}.`,
    },
  ],
})
const summary = (index: number): Work => ({
  taskClass: 'summary',
  latencyBudgetMs: 20_000,
  messages: [{ role: 'user', text: `Sum up in two sentences (case ${index}): ${paragraph.repeat(2 + (index % 4))}` }],
})
const internalTool = (index: number): Work => ({
  taskClass: 'internal-tool',
  tools,
  latencyBudgetMs: 15_000,
  messages: [
    { role: 'system', text: 'You help the service desk. Use a tool where it helps.' },
    { role: 'user', text: `Where is order ${70_000 + index}? The customer has asked twice.` },
  ],
})
const reasoning = (index: number): Work => ({
  taskClass: 'reasoning',
  reasoning: { effort: 'medium' },
  latencyBudgetMs: 40_000,
  messages: [
    {
      role: 'user',
      text: `Plan the route of ferry ${index} over ${3 + (index % 6)} harbours so that no cargo waits for more than a day. ${paragraph}`,
    },
  ],
})

/** Of twenty requests: eight extractions, six summaries, five tool calls, one long tail of reasoning. */
const mix = [
  ...Array<typeof extraction>(8).fill(extraction),
  ...Array<typeof extraction>(6).fill(summary),
  ...Array<typeof extraction>(5).fill(internalTool),
  reasoning,
]

/** Every 25th is a duplicate: 4 %. Half of them are the same request sent again, half the same work under another id. */
const duplicateEvery = 25

/** @returns so many requests of a tenant, duplicates among them */
export function exampleRequests(count: number): readonly RequestInput[] {
  const requests: RequestInput[] = []
  for (let index = 0; index < count; index++) {
    const earlier = requests[index - 7]
    const id = `demo-${String(index).padStart(5, '0')}`
    if (index % duplicateEvery === duplicateEvery - 1 && earlier !== undefined)
      requests.push(index % (2 * duplicateEvery) === duplicateEvery - 1 ? earlier : { ...earlier, id })
    else
      requests.push({
        tenant: 'demo',
        id,
        requestedModel: 'openai/gpt-6-sol',
        ...(mix[(index * 7) % mix.length] ?? summary)(index),
      })
  }
  return requests
}
