import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { identify, isRunning } from './process-identity.ts'
import { runCommand, runSupervised } from './run-command.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('a command answers its exit code and what it wrote, supervised or not', async () => {
  const script = ['-c', 'echo out; echo err >&2; exit 3']
  assert.deepEqual(await runCommand('sh', script), { exitCode: 3, output: 'out\nerr\n' })
  assert.deepEqual(await runSupervised('sh', script), { exitCode: 3, output: 'out\nerr\n' })
})

test('a command that is not there is no exception', async () => {
  assert.deepEqual(await runCommand('waybill-absent', []), { exitCode: undefined, output: '' })
  const { exitCode, output } = await runSupervised('waybill-absent', [])
  assert.equal(exitCode, 127)
  assert.match(output, /ENOENT/)
})

test('a download ends when the process that wants it is killed', async (context) => {
  const pidFile = join(temporaryFolder(context), 'pid')
  const script = `
    import { runSupervised } from '${new URL('./run-command.ts', import.meta.url).href}'
    await runSupervised('sh', ['-c', 'echo $$ > "$0.new"; mv "$0.new" "$0"; exec sleep 1000', ${JSON.stringify(pidFile)}])`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' })
  context.after(() => parent.kill('SIGKILL'))
  while (!existsSync(pidFile)) await delay(10)
  const child = identify(Number(readFileSync(pidFile, 'utf8')))
  assert.ok(child !== undefined)
  parent.kill('SIGKILL')
  while (isRunning(child)) await delay(10)
})
