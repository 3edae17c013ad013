import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileOfZip } from '../catalogue/wheel.ts'
import { install } from './install.ts'
import type { Progress } from './install.ts'
import { runPip } from './pip.ts'
import { StackError } from './stack-error.ts'

/** The wheel that carries LiteLLM's table of prices (MIT, BerriAI), and its digest. One for all machines: nothing of it is run. */
const version = '1.110.2'
const digest = '9d94d1c7d524b6fd10c14f9c8c6c4f0ac31705f9964ac59dcfd8337c046d8917'
const machine = ['--platform', 'manylinux_2_28_x86_64', '--python-version', '3.11', '--implementation', 'cp']

export const nameInWheel = 'model_prices_and_context_window_backup.json'
const file = 'prices.json'

/** The path of the table in the cache, fetched if it is not there; undefined, and `progress` hears why, where it cannot be. */
export async function findPriceTable(cache: string, progress: Progress): Promise<string | undefined> {
  try {
    const folder = await install(cache, `litellm-${version}`, "LiteLLM's table of prices (44 MB)", progress, fill)
    return join(folder, file)
  } catch (error) {
    if (!(error instanceof StackError)) throw error
    progress(error.message)
    return undefined
  }
}

async function fill(folder: string): Promise<void> {
  const wanted = join(folder, 'wanted.txt')
  writeFileSync(wanted, `litellm==${version} --hash=sha256:${digest}\n`)
  const order = ['--no-deps', '--only-binary', ':all:', ...machine, '--abi', 'abi3', '--dest', folder, '-r', wanted]
  await runPip(folder, ['download', ...order])
  const [wheel] = globSync(join(folder, '*.whl'))
  const table = wheel === undefined ? undefined : fileOfZip(readFileSync(wheel), nameInWheel)
  if (wheel === undefined || table === undefined)
    throw new StackError('installFailed', `The wheel of LiteLLM ${version} holds no ${nameInWheel}.`)
  writeFileSync(join(folder, file), table)
  for (const fetched of [wheel, wanted, join(folder, 'environment')]) rmSync(fetched, { recursive: true, force: true })
}
