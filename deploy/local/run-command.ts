import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const supervisor = fileURLToPath(new URL('./supervisor.js', import.meta.url))

/** `exitCode` is undefined where there is no such program. */
export type CommandResult = { readonly exitCode: number | undefined; readonly output: string }

/** Runs a program to its end; `output` is what it wrote to both streams. Never rejects. */
export function runCommand(command: string, parameters: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(command, [...parameters], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`
      if (error === null) resolve({ exitCode: 0, output })
      else if (error.code === 'ENOENT') resolve({ exitCode: undefined, output })
      else resolve({ exitCode: typeof error.code === 'number' ? error.code : 1, output })
    })
  })
}

/** For programs that may run for long, such as a download: they end when this process does, even by kill -9. */
export function runSupervised(command: string, parameters: readonly string[]): Promise<CommandResult> {
  return runCommand(process.execPath, [supervisor, '', command, ...parameters])
}
