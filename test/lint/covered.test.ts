import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { test } from 'node:test'
import { projects } from './layers.js'

const root = resolve(import.meta.dirname, '../..')
const posixPath = (path: string): string => path.split(sep).join('/')
/** Read from the disk and not from git: a fresh copy has no git, and a file that was just written is not in it. */
const sources = globSync('**/*.{ts,mts,cts,tsx,js,mjs,cjs,jsx}', {
  cwd: root,
  exclude: ['**/node_modules/**', '.nx/**', '.waybill/**'],
})
  .map(posixPath)
  .toSorted()
const listedBy = (script: string, ...options: string[]): string[] =>
  execFileSync(process.execPath, [join(root, 'node_modules', script), ...options], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .map((line) => posixPath(relative(root, resolve(root, line.trim()))))
    .filter((path) => path !== '' && !path.startsWith('node_modules/'))
    .toSorted()

test('the compiler sees every source file', () => {
  assert.deepEqual(listedBy('typescript/bin/tsc', '--listFilesOnly'), sources)
})

test('the linter sees every source file', () => {
  assert.deepEqual(listedBy('oxlint/bin/oxlint', '--debug=files'), sources)
})

test('every source file belongs to a project, whose tests are run', () => {
  for (const path of sources) {
    const project = projects.find(({ folder }) => path.startsWith(`${folder}/`))
    assert.ok(project !== undefined, `${path} is in no workspace of package.json, or its folder has no package.json`)
    if (path.endsWith('.test.ts'))
      assert.ok(project.nx?.targets?.test !== undefined, `${path}: ${project.name} has no target "test"`)
  }
})
