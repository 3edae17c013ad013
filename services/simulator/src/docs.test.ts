import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { everywhere } from './faults/fault.ts'
import type { Fault } from './faults/fault.ts'
import { faults } from './faults/registry.ts'
import { defaults } from './settings.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/simulator.md'), 'utf8')
const rowsAfter = (heading: string): readonly string[] =>
  (page.split(`\n${heading}\n`)[1] ?? '')
    .split(/\n#+ /u)[0]
    ?.split('\n')
    .filter((line) => line.startsWith('| `')) ?? []

const apisOf = ({ apis }: Fault): string => (apis.length === everywhere.length ? 'all' : apis.join(', '))
const parametersOf = ({ parameters }: Fault): string =>
  Object.entries(parameters)
    .map(([name, value]) => `\`${name}=${value}\``)
    .join(' ')

const option = (name: string): string => name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)

test('the documentation has every fault as it is, and no other', () => {
  const rows = faults.map(
    (fault) =>
      `| \`${fault.name}\` | ${apisOf(fault)} | ${parametersOf(fault)} | ${fault.billed ? 'yes' : 'no'} | ${fault.about} |`,
  )
  deepEqual(rowsAfter('## Faults'), rows)
})

test('the documentation has every setting with its default', () => {
  const names = rowsAfter('## Settings').map((row) => row.split(' | ').slice(0, 3).join(' | '))
  const expected = Object.entries(defaults).map(([name, value]) => {
    const inProcess = name === 'models' ? '' : `\`--${option(name)}\``
    return `| \`${name}\` | ${inProcess} | ${value === null || typeof value === 'object' ? 'none' : `\`${value}\``}`
  })
  deepEqual(names, expected)
})
