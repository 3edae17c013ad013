import assert from 'node:assert/strict'
import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { archiveFlags, classArchive, writeArchive } from './class-archive.ts'
import type { Java } from './java.ts'
import type { StackProcess } from './supervised.ts'
import { temporaryFolder } from './temporary-folder.ts'

const java: Java = { command: 'java', home: undefined, version: '17' }

/** A run that records its classes when it ends. */
function recording(flags: readonly string[], end: 'stopped' | 'killed'): StackProcess {
  return {
    pid: 0,
    stop: () => {
      writeFileSync(flags.join('').replace('-XX:ArchiveClassesAtExit=', ''), 'classes')
      return Promise.resolve(end)
    },
    kill9: () => Promise.resolve(),
    stall: () => Promise.resolve(),
    start: () => Promise.resolve(),
  }
}

test('classes are recorded once, and used from then on', async (context) => {
  const archive = classArchive(temporaryFolder(context), 'broker', temporaryFolder(context), java)
  assert.deepEqual(archiveFlags(archive), ['-Xshare:auto'])
  let recordings = 0
  const start = (flags: readonly string[]): Promise<StackProcess> => {
    recordings += 1
    return Promise.resolve(recording(flags, 'stopped'))
  }
  await writeArchive(archive, start)
  await writeArchive(archive, start)
  assert.equal(recordings, 1)
  assert.deepEqual(archiveFlags(archive), ['-Xshare:auto', `-XX:SharedArchiveFile=${archive}`])
})

test('a recording that was cut short leaves nothing', async (context) => {
  const archive = classArchive(temporaryFolder(context), 'broker', temporaryFolder(context), java)
  await writeArchive(archive, (flags) => Promise.resolve(recording(flags, 'killed')))
  await assert.rejects(
    writeArchive(archive, () => Promise.reject(new Error('no port'))),
    /no port/,
  )
  assert.deepEqual(readdirSync(dirname(archive)), [])
})

test('other jars and another Java are recorded anew', (context) => {
  const [cache, jars] = [temporaryFolder(context), temporaryFolder(context)]
  const archive = classArchive(cache, 'broker', jars, java)
  assert.equal(classArchive(cache, 'broker', jars, java), archive)
  assert.notEqual(classArchive(cache, 'broker', jars, { ...java, version: '21' }), archive)
  assert.notEqual(classArchive(cache, 'broker', temporaryFolder(context), java), archive)
  utimesSync(jars, 1, 1)
  assert.notEqual(classArchive(cache, 'broker', jars, java), archive)
})
