import { styleText } from 'node:util'
import type { Reply } from '@waybill/schemas/generated/reply'
import { replyLine } from '../tail/lines.ts'
import { counted, exactDollars, harmless, oneLine } from '../terminal.ts'
import type { Summary } from './waiting.ts'

const excerpt = 160

const contentOf = ({ answer, detail }: Reply): string => {
  if (answer === null) return detail ?? ''
  const calls = answer.toolCalls.map(({ name, arguments: given }) => `calls ${name}(${given})`).join('\n')
  return [answer.output ?? answer.text ?? '', calls, answer.refusal?.message ?? '']
    .filter((text) => text !== '')
    .join('\n')
}

/** @param full all of the answer, instead of its beginning */
export function replyPage(reply: Reply, full: boolean): string {
  const isBad = reply.status === 'failed' || reply.status === 'rejected'
  const head = styleText(isBad ? 'red' : 'green', replyLine(reply), { stream: process.stdout })
  const content = contentOf(reply)
  const shown = full ? harmless(content) : oneLine(content, excerpt)
  return shown === '' ? head : `${head}\n${shown.replaceAll(/^/gmu, '  ')}`
}

export function summaryLine({ sent, replied, statuses, withoutReply, notSent, costPicoUsd }: Summary): string {
  const told = Object.entries(statuses).map(([status, count]) => `${count} ${status}`)
  const parts = [
    `${counted(sent, 'request')} sent`,
    `${counted(replied, 'reply', 'replies')}${told.length === 0 ? '' : ` (${told.join(', ')})`}`,
    ...(withoutReply === 0 ? [] : [`${withoutReply} without a reply`]),
    ...(notSent === 0 ? [] : [`${notSent} not sent`]),
    exactDollars(costPicoUsd),
  ]
  return `${parts.join(', ')}.`
}
