import { styleText } from 'node:util'
import { counted, harmless, heading } from '../terminal.ts'
import type { Finding } from './finding.ts'

const marks = { wrong: ['red', '✗'], notice: ['yellow', '!'], fine: ['green', '✓'] } as const

function lines({ level, where, what, todo }: Finding): readonly string[] {
  const [colour, mark] = marks[level]
  const head = `  ${styleText(colour, mark, { stream: process.stdout })} ${where}: ${harmless(what)}`
  return todo === '' ? [head] : [head, `      → ${harmless(todo)}`]
}

const countOf = (findings: readonly Finding[], level: Finding['level']): number =>
  findings.filter((finding) => finding.level === level).length

/** What was looked at, by area, and one line that sums it up. */
export function doctorPage(findings: readonly Finding[]): string {
  const areas = [...Map.groupBy(findings, ({ area }) => area)]
  const [wrongs, notices] = [countOf(findings, 'wrong'), countOf(findings, 'notice')]
  const sum =
    wrongs + notices === 0
      ? 'All is well.'
      : `${counted(wrongs, 'thing')} wrong, ${counted(notices, 'thing')} to look at.`
  return [...areas.flatMap(([area, found]) => [heading(area), ...found.flatMap(lines), '']), sum].join('\n')
}
