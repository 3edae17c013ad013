// The `waybill` command.
import { SettingsError } from '@waybill/runtime/config'
import { LogError } from '@waybill/runtime/log'
import { RegistryError } from '@waybill/runtime/registry/schema-registry'
import type { Command } from './command.ts'
import { isMisuse, say, tell } from './command.ts'
import { demo } from './demo/demo.ts'
import { doctor } from './doctor/doctor.ts'
import { docs } from './documents/docs.ts'
import { explain } from './explain/explain.ts'
import { feedback } from './feedback/feedback.ts'
import { backtest } from './money/backtest.ts'
import { reconcile } from './money/reconcile.ts'
import { report as moneyReport } from './money/report.ts'
import { policy } from './policy/policy.ts'
import { send } from './send/send.ts'
import { tail } from './tail/tail.ts'
import { topics } from './topics/topics.ts'
import { up } from './up/up.ts'

const commands: readonly Command[] = [
  demo,
  up,
  send,
  tail,
  explain,
  feedback,
  doctor,
  topics,
  policy,
  docs,
  moneyReport,
  backtest,
  reconcile,
]

function overview(): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`)
  return `Usage: npm run waybill -- COMMAND [options]\n\n${lines.join('\n')}\n\nCOMMAND --help tells more, with an example. "npm run --silent waybill -- …" prints the answer alone, for pipes.\n`
}

/** What to say of an error, and what it exits with: 2 where the command was called wrongly. */
function report(command: Command, error: unknown): number {
  tell(error instanceof Error ? error.message : String(error))
  if (error instanceof LogError || error instanceof RegistryError)
    tell('"npm run waybill -- doctor" tells what is wrong with the deployment, and what to do.')
  if (isMisuse(error)) tell(`\n${command.help}`)
  return isMisuse(error) || error instanceof SettingsError ? 2 : 1
}

function listCommands(name: string): number {
  const asked = ['', '--help', 'help'].includes(name)
  if (!asked) tell(`There is no command "${name}".\n`)
  say(overview())
  return asked ? 0 : 2
}

async function main(): Promise<number> {
  const [name = '', ...given] = process.argv.slice(2)
  const command = commands.find((each) => each.name === name)
  if (command === undefined) return listCommands(name)
  if (given.includes('--help')) {
    say(command.help)
    return 0
  }
  try {
    return await command.run(given)
  } catch (error) {
    return report(command, error)
  }
}

// `waybill tail … | head`: whoever reads has had enough.
process.stdout.on('error', () => {
  process.exit(0)
})
process.exitCode = await main()
