// Runs the tests of some folders in one process. `node --test --test-isolation=none` would do that too, but it passes
// where a file throws after its first test was declared, and the rest of that file is then never run.
import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'

const folders = process.argv.length > 2 ? process.argv.slice(2) : ['.']
const files = folders.flatMap((folder) =>
  globSync(folder.endsWith('.test.ts') ? folder : `${folder}/**/*.test.ts`, {
    exclude: ['**/node_modules/**', '.waybill/**'],
  }).toSorted(),
)
if (files.length === 0) throw new Error(`There are no tests in ${folders.join(', ')}.`)
for (const file of files) {
  try {
    // oxlint-disable-next-line waybill/layers -- which files there are is known only now
    await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    test(`${file} loads`, () => {
      throw error
    })
  }
}
