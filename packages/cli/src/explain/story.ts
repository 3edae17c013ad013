// The story of one request, for a person on call: how it ended first, then what happened, why, and what it cost.
import { styleText } from 'node:util'
import { clockTime, counted, duration, heading, oneLine } from '../terminal.ts'
import { costSection } from './cost-section.ts'
import { decisionSection } from './decision-section.ts'
import type { Evidence } from './evidence.ts'
import { meaningOf } from './reasons.ts'
import { momentsOf } from './times.ts'

type ReplyNote = Evidence['replies'][number]

function answered(reply: ReplyNote, { decisions, requests }: Evidence): readonly string[] {
  const { status, reason, target, repliedAt, request } = reply
  const from = decisions.find((decision) => decision.request === request)?.appendedAt ?? requests[0]?.appendedAt
  const head = [
    `It was answered: ${status}`,
    reason === null ? '' : ` (${reason})`,
    target === null ? '' : ` by ${target}`,
    from === undefined ? '.' : `, ${duration(repliedAt - from)} after it was stored.`,
  ].join('')
  return reason === null ? [head] : [head, meaningOf(reason, status)]
}

function unanswered({ decisions, deadLetters }: Evidence, now: number): string {
  if (deadLetters.length > 0) return 'It has no reply: its record could not be processed, see below.'
  if (decisions.length === 0)
    return 'It has no reply, and no router has looked at it: "waybill doctor" tells whether one runs.'
  const deadline = decisions.findLast((decision) => decision.deadline !== null)?.deadline ?? null
  if (deadline !== null && deadline > now)
    return `It is being worked on: a reply is due in ${duration(deadline - now)}.`
  return 'It has no reply although its deadline has passed: "waybill doctor" tells whether a service is down or behind.'
}

function ending(evidence: Evidence, now: number): readonly string[] {
  const reply = evidence.replies.at(-1)
  return reply === undefined ? [unanswered(evidence, now)] : answered(reply, evidence)
}

function warnings({ replies, costs }: Evidence): readonly string[] {
  return [
    ...(replies.length > 1
      ? [`There are ${replies.length} replies: the same id was used for different content, or more than once.`]
      : []),
    ...(replies.some(({ flagged }) => flagged)
      ? ['A call may have repeated one that was billed: see the attempts.']
      : []),
    ...(replies.some(({ workContinues }) => workContinues)
      ? ['A call was still running when the deadline passed.']
      : []),
    ...(costs.some(({ flags }) => flags.includes('drifted'))
      ? ['The vendor served another model than the one that was asked for.']
      : []),
  ]
}

function happened(evidence: Evidence): readonly string[] {
  const moments = momentsOf(evidence)
  const first = moments[0]?.at ?? 0
  const lines = moments.map(({ at, what }, index) => {
    const step = at - (moments[index - 1]?.at ?? at)
    return `  ${`+${duration(at - first)}`.padStart(12)}  ${index === 0 ? ''.padEnd(12) : `(${duration(step)})`.padEnd(12)}  ${what}`
  })
  return [heading(`What happened, from ${clockTime(first)}`), ...lines]
}

const mostNamed = 10

function duplicates({ others, decisions, id, tenant }: Evidence): readonly string[] {
  const again = decisions.filter(({ kind }) => kind === 'redelivered').length
  const names = others.slice(0, mostNamed).map((each) => `  ${each.tenant}/${each.id}: ${each.kind}`)
  if (again === 0 && names.length === 0) return []
  return [
    '',
    heading('The same work'),
    ...(again === 0 ? [] : [`  ${tenant}/${id} itself came ${counted(again, 'more time', 'more times')}.`]),
    ...names,
    ...(others.length > mostNamed ? [`  and ${others.length - mostNamed} more`] : []),
  ]
}

type Word = Evidence['feedback'][number]

function wordOf({ accepted, score, source, at }: Word): string {
  const said = [
    ...(accepted === null ? [] : [accepted ? 'accepted' : 'not accepted']),
    ...(score === null ? [] : [`score ${score}`]),
  ]
  const by = source === '' ? '' : ` by ${oneLine(source, 60)}`
  return `  ${said.join(', ') || 'nothing'}${by}, ${clockTime(at)}`
}

/** Of each source the newest word counts, as in a report; nobody's silence is taken for praise. */
function quality({ feedback, replies }: Evidence): readonly string[] {
  if (feedback.length === 0)
    return replies.some(({ target }) => target !== null)
      ? ['', 'How good the answer was is unknown: nobody has said ("waybill feedback").']
      : []
  const newest = new Map<string, Word>()
  for (const word of feedback) newest.set(word.source, word)
  const words = [...newest.values()]
  const later = feedback.length - words.length
  return [
    '',
    heading('What is said of its answer'),
    ...words.slice(0, mostNamed).map(wordOf),
    ...(words.length > mostNamed ? [`  and ${words.length - mostNamed} more`] : []),
    ...(later === 0 ? [] : [`  ${counted(later, 'earlier word')} of the same sources, superseded.`]),
  ]
}

/** @param now epoch milliseconds, to tell what is late */
export function storyOf(evidence: Evidence, now: number): string {
  const lines = [
    heading(`${evidence.tenant}/${evidence.id}`),
    ...ending(evidence, now),
    ...warnings(evidence).map((warning) => styleText('yellow', warning, { stream: process.stdout })),
    '',
    ...happened(evidence),
    ...decisionSection(evidence),
    ...costSection(evidence),
    ...quality(evidence),
    ...duplicates(evidence),
  ]
  return `${lines.join('\n')}\n`
}
