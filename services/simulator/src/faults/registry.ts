// Every fault that can be commanded: a new one is one row in one of these tables, and one row of docs/simulator.md.
import { answerFaults } from './answers.ts'
import { callFaults } from './calls.ts'
import { failureFaults } from './failures.ts'
import type { Fault, Parameters } from './fault.ts'
import { wireFaults } from './wire.ts'

export const faults: readonly Fault[] = [...failureFaults, ...wireFaults, ...answerFaults, ...callFaults]

const byName: ReadonlyMap<string, Fault> = new Map(faults.map((fault) => [fault.name, fault]))

/** A fault as it was commanded: its parameters complete. */
export interface Commanded {
  readonly fault: Fault
  readonly parameters: Parameters
  readonly billed: boolean
  /** null: as planned. */
  readonly delayMs: number | null
}

/** Reads `name;parameter=value, name`. A text says what is wrong. */
export function commanded(text: string): readonly Commanded[] | string {
  const found: Commanded[] = []
  for (const each of text.split(',')) {
    const [name = '', ...settings] = each.split(';').map((part) => part.trim())
    const fault = byName.get(name)
    if (fault === undefined) return `there is no fault '${name}'`
    const command = commandOf(fault, settings)
    if (typeof command === 'string') return command
    found.push(command)
  }
  return found
}

function commandOf(fault: Fault, settings: readonly string[]): Commanded | string {
  const given: Record<string, string> = { ...fault.parameters, billed: String(fault.billed), 'delay-ms': '' }
  for (const setting of settings) {
    const [name = '', value = ''] = setting.split('=')
    const wrong = settingProblem(fault.name, name, value, given[name])
    if (wrong !== null) return wrong
    given[name] = value
  }
  const { billed, 'delay-ms': delay, ...parameters } = given
  return { fault, parameters, billed: billed === 'true', delayMs: delay === '' ? null : Number(delay) }
}

/** What has a number or a truth value by default takes no other. */
function settingProblem(fault: string, name: string, value: string, before: string | undefined): string | null {
  if (before === undefined) return `the fault '${fault}' has no parameter '${name}'`
  const isNumber = name === 'delay-ms' || /^\d+$/u.test(before)
  if (isNumber && !(value !== '' && Number(value) >= 0)) return `'${name}' of '${fault}' must be a number from 0 up`
  const isTruth = name === 'billed' && value !== 'true' && value !== 'false'
  return isTruth ? `'billed' of '${fault}' must be true or false` : null
}
