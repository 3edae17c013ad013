import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { findJava, majorVersion } from './java.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('the major version is read from what Java prints', () => {
  assert.equal(majorVersion('openjdk version "17.0.15" 2025-04-15'), 17)
  assert.equal(majorVersion('java version "1.8.0_392"'), 8)
  assert.equal(majorVersion('openjdk version "25" 2025-09-16'), 25)
  assert.equal(majorVersion('no idea'), 0)
})

test('no Java is one line that says how to get it and how to do without', async (context) => {
  await assert.rejects(findJava(temporaryFolder(context)), {
    name: 'StackError',
    code: 'javaMissing',
    message: /^Java 17 .*does not run.*apt-get install.*brew install.*KAFKA_BROKERS.*--embedded.*$/,
  })
})

test('an old Java is named', async (context) => {
  const home = javaThatSays(temporaryFolder(context), 'openjdk version \\"11.0.2\\"')
  await assert.rejects(findJava(home), { code: 'javaTooOld', message: /is Java 11\. Install/ })
})

test('a Java that is new enough is taken from its home', async (context) => {
  const home = javaThatSays(temporaryFolder(context), 'openjdk version \\"21.0.2\\"')
  assert.deepEqual(await findJava(home), {
    command: join(home, 'bin', 'java'),
    home,
    version: 'openjdk version "21.0.2"',
  })
})

function javaThatSays(home: string, line: string): string {
  mkdirSync(join(home, 'bin'))
  writeFileSync(join(home, 'bin', 'java'), `#!/bin/sh\necho "${line}" >&2\n`, { mode: 0o755 })
  return home
}
