import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')
const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')
const routing = 'packages/routing/src'

/** A rule, a file that breaks it, and what that file says. */
const planted: readonly (readonly [string, string, string])[] = [
  ['waybill/layers', `${routing}/layers.ts`, "import { request } from 'node:http'\n\nexport const a = request"],
  ['waybill/layers', 'services/router/src/layers.ts', "export const load = (): Promise<unknown> => import('kafkajs')"],
  ['waybill/layers', 'packages/nowhere/src/layers.ts', 'export const a = 1'],
  ['waybill/pure', 'schemas/src/pure.ts', 'export const a = globalThis'],
  ['waybill/pure', `${routing}/pure.ts`, 'export const a = Math.random()'],
  ['waybill/pure', 'packages/providers/src/openai/pure.ts', 'export const a = process.pid'],
  ['waybill/pure', 'services/router/src/reducer/pure.ts', 'export const a = Date.now()'],
  ['waybill/names', `${routing}/utils.ts`, 'export const a = 1'],
  ['waybill/barrels', `${routing}/barrels.ts`, "export { contentHash } from './hash.ts'"],
  ['max-lines', `${routing}/max-lines.ts`, many(301, (index) => `export const a${index} = 1`)],
  ['max-lines-per-function', `${routing}/long.ts`, `export const a = (): number[] => [\n${many(49, () => '  1,')}\n]`],
  [
    'complexity',
    `${routing}/complexity.ts`,
    `export const a = (b: number): boolean =>\n${many(10, (index) => `  b === ${index} ||`)}\n  b > 99`,
  ],
  ['node/no-process-env', 'services/router/src/env.ts', 'export const a = process.env'],
  ['typescript/no-explicit-any', `${routing}/any.ts`, 'export type A = any'],
  ['typescript/consistent-type-assertions', `${routing}/cast.ts`, 'export const a = 1 as number'],
  ['typescript/no-floating-promises', 'services/router/src/floating.ts', 'Promise.resolve(1)'],
  [
    'typescript/no-misused-promises',
    `${routing}/misused.ts`,
    'export const a = (b: Promise<unknown>): number => (b ? 1 : 2)',
  ],
  [
    'typescript/switch-exhaustiveness-check',
    `${routing}/switch.ts`,
    "export function a(b: 'c' | 'd'): void {\n  switch (b) {\n    case 'c':\n  }\n}",
  ],
  ['typescript/explicit-module-boundary-types', `${routing}/boundary.ts`, 'export const a = () => 1'],
  [
    'typescript/consistent-type-imports',
    `${routing}/imports.ts`,
    "import { HashInput } from './hash.ts'\n\nexport type A = HashInput",
  ],
  [
    'import/consistent-type-specifier-style',
    `${routing}/style.ts`,
    "import { type HashInput } from './hash.ts'\n\nexport type A = HashInput",
  ],
  ['import/no-cycle', `${routing}/cycle.ts`, "import { b } from './wheel.ts'\n\nexport const a = (): number => b()"],
  ['import/no-cycle', `${routing}/wheel.ts`, "import { a } from './cycle.ts'\n\nexport const b = (): number => a()"],
  ['import/no-default-export', `${routing}/default.ts`, 'export default 1'],
]

interface Finding {
  readonly code: string
  readonly filename: string
}

function lint(): readonly string[] {
  const copy = mkdtempSync(join(tmpdir(), 'planted-'))
  try {
    const skipped = ['node_modules', '.nx', '.waybill', '.git'].map((name) => join(root, name))
    cpSync(root, copy, { recursive: true, filter: (path) => !skipped.includes(path) })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction')
    for (const [, path, text] of planted) {
      mkdirSync(dirname(join(copy, path)), { recursive: true })
      writeFileSync(join(copy, path), `${text}\n`)
    }
    const oxlint = [join(root, 'node_modules/oxlint/bin/oxlint'), '--type-aware', '--format=json']
    const { stdout } = spawnSync(process.execPath, oxlint, { cwd: copy, encoding: 'utf8' })
    const { diagnostics }: { readonly diagnostics: readonly Finding[] } = JSON.parse(stdout)
    return diagnostics.map(({ code, filename }) => `${filename}: ${/\((.+)\)$/u.exec(code)?.[1] ?? code}`)
  } finally {
    rmSync(copy, { recursive: true })
  }
}

const nameOf = (rule: string): string => rule.slice(rule.lastIndexOf('/') + 1)

// A rule whose glob or pattern fits nothing is silent: it looks like a rule that nobody breaks.
test('what is planted is found by its rule, and by no other', () => {
  const inPlanted = lint().filter((finding) => planted.some(([, path]) => finding.startsWith(`${path}:`)))
  assert.deepEqual(inPlanted.toSorted(), planted.map(([rule, path]) => `${path}: ${nameOf(rule)}`).toSorted())
})

test('every rule that we set has something planted', () => {
  const { rules }: { readonly rules: Readonly<Record<string, unknown>> } = JSON.parse(
    readFileSync(join(root, '.oxlintrc.json'), 'utf8'),
  )
  const set = Object.keys(rules).filter((rule) => rules[rule] !== 'off')
  assert.deepEqual(set.toSorted(), [...new Set(planted.map(([rule]) => rule))].toSorted())
})
