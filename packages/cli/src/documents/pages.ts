// The pages of docs/ that are made from code.
import type { RequestInput } from '@waybill/client/complete'
import { costRecord } from '@waybill/schemas/generated/cost'
import { decisionRecord } from '@waybill/schemas/generated/decision'
import { feedbackRecord } from '@waybill/schemas/generated/feedback'
import { replyRecord } from '@waybill/schemas/generated/reply'
import { requestRecord } from '@waybill/schemas/generated/request'
import { spendRecord } from '@waybill/schemas/generated/spend'
import { reasonsSection } from '../explain/reasons.ts'
import { metricsPage } from './metrics-page.ts'
import { recordPage } from './record-page.ts'
import { settingsPage } from './settings-page.ts'

/** A request that shows the fields that are used most. */
export const exampleRequest: RequestInput = {
  tenant: 'acme',
  id: 'invoice-4711',
  taskClass: 'extraction',
  latencyBudgetMs: 20_000,
  costCeilingMicroUsd: 5_000,
  requestedModel: 'openai/gpt-6-sol',
  messages: [
    { role: 'system', text: 'Read the invoice and fill in the form.' },
    { role: 'user', text: 'Invoice 4711 of Harbour Supplies: 3 ropes, EUR 120.' },
  ],
  outputSchema: '{"type":"object","required":["totalCents"],"properties":{"totalCents":{"type":"integer"}}}',
  labels: { team: 'billing' },
}

const requestIntroduction = `# A request, field by field

Topic \`waybill.requests\`, Avro with Confluent's framing (magic byte 0, the schema's id as four bytes, the record), subject \`waybill.requests-value\`. In the TypeScript client, and in the JSON lines that \`npm run waybill -- send FILE\` takes, only \`tenant\`, \`id\` and \`messages\` are needed, and \`text\` may stand in a message for one text part:

\`\`\`json
${JSON.stringify(exampleRequest, null, 2)}
\`\`\`

(tenant, id, content) is answered exactly once. What counts as content: [hash.md](hash.md).`

const replyIntroduction = `# A reply, field by field

Topic \`waybill.replies\`, key \`tenant/id\`, subject \`waybill.replies-value\`; one record for each request. Read with \`isolation.level=read_committed\`: "exactly one" is as seen by such readers. Amounts are whole numbers of 10^-12 US dollars.

- \`completed\`, \`truncated\` and \`refused\` carry an answer; \`rejected\` and \`failed\` a \`reason\` of [a closed list](#reasons) and a \`detail\` for a person.
- \`npm run waybill -- explain ID\` tells how a reply came about.`

const costIntroduction = `# A cost, field by field

Topic \`waybill.costs\`, key claim, subject \`waybill.costs-value\`; one record for each provider call, kept for 400 days. Read with \`isolation.level=read_committed\`. Amounts are whole numbers of 10^-12 US dollars. [money.md](money.md) tells how they are added up, and has ready queries.`

const decisionIntroduction = `# A decision, field by field

Topic \`waybill.decisions\`, key claim, or the request's coordinates where there is none; subject \`waybill.decisions-value\`; one record for each request record, kept for 30 days. Read with \`isolation.level=read_committed\`. [decision.md](decision.md) tells how a target is chosen; [money.md](money.md) has ready queries.`

const feedbackIntroduction = `# Feedback, field by field

Topic \`waybill.feedback\`, key \`tenant/id\`, subject \`waybill.feedback-value\`; kept for 30 days, as decisions are. Anyone may write it: \`npm run waybill -- feedback ID --accepted\`, \`client.feedback({ tenant, id, score: 0.9 })\`, or any Avro producer, to any partition. \`waybill report\` and \`waybill backtest\` join it to the call that has answered the request. The newest word of a source counts; an id that was used for several contents is taken for one request. A record without \`accepted\` and \`score\`, or with a score that is not from 0 to 1, is counted and left out.`

const spendIntroduction = `# Spend, field by field

Topic \`waybill.spend\`, key \`window/partition/tenant\`, compacted; subject \`waybill.spend-value\`; written by routers for tenants with a budget ([money.md](money.md)). What a tenant has used of a window is the sum over partitions of the newest records with the window's start. Read with \`isolation.level=read_committed\`.`

/** File name in docs/ → its text. */
export function pages(): ReadonlyMap<string, string> {
  return new Map([
    ['settings.md', settingsPage()],
    ['metrics.md', metricsPage()],
    ['request.md', recordPage(requestRecord, 'request.avsc', requestIntroduction)],
    ['reply.md', `${recordPage(replyRecord, 'reply.avsc', replyIntroduction)}\n${reasonsSection}`],
    ['cost.md', recordPage(costRecord, 'cost.avsc', costIntroduction)],
    ['decision-record.md', recordPage(decisionRecord, 'decision.avsc', decisionIntroduction)],
    ['spend.md', recordPage(spendRecord, 'spend.avsc', spendIntroduction)],
    ['feedback.md', recordPage(feedbackRecord, 'feedback.avsc', feedbackIntroduction)],
  ])
}
