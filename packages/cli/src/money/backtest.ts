// `waybill backtest`: what another policy would have done with what has happened.
import { parseArgs } from 'node:util'
import { Backtest } from '@waybill/routing/backtest/backtest'
import { catalogue } from '@waybill/routing/catalogue/catalogue'
import { goodness, Heard } from '@waybill/routing/feedback/heard'
import type { ModelQuality } from '@waybill/routing/feedback/opinions'
import { Opinions } from '@waybill/routing/feedback/opinions'
import { costs, decisions } from '@waybill/schemas/topics'
import type { Command, ExitCode } from '../command.ts'
import { say, tell, UsageError } from '../command.ts'
import { deploymentSettings, partitionsOf, withReading } from '../connection.ts'
import type { Reading } from '../connection.ts'
import { onlyArgument } from '../options.ts'
import { policyPage } from '../policy/policy.ts'
import { readPolicy } from '../policy/policy-file.ts'
import { scan } from '../scan.ts'
import { backtestPage } from './backtest-page.ts'
import { isAnswer, readFeedback } from './feedback-read.ts'
import { feedbackNotes, qualityLines } from './feedback-notes.ts'
import type { Unreadable } from './gather-money.ts'
import { noOutcomes, readOutcomes, outcomeNotes } from './outcome-lines.ts'
import type { TimeRange } from './range.ts'
import { isWithin, rangeOf } from './range.ts'

const help = `Usage: npm run waybill -- backtest POLICY [options]

Decides the decision log again under another policy file: what would have gone where, and what it would have cost and
taken, with 95 % intervals and the number of outcomes behind them; quality as the feedback topic tells it. What the log
cannot support is left out, and told.

POLICY is a file such as deploy/policies/cheaper.yaml; docs/decision.md tells every setting of it, and "waybill policy
check FILE" what is wrong with one. docs/money.md tells what a backtest claims.

  --from TIME       2026-11-26, 2026-11-26T08:00Z, or 24h: that long ago; the start unless told
  --to TIME         not included; now unless told
  --outcomes FILE   more outcomes, one JSON object a line: {"taskClass", "target", "costPicoUsd", "expectedPicoUsd",
                    "latencyMs", "score"}; all but the first two may be absent; score is from 0 to 1:
                    {"taskClass": "summary", "target": "openai/gpt-6-luna", "score": 0.9}
  --json            the result as one JSON object
  --help            this text

Example: npm run waybill -- backtest cheaper.yaml --from 24h
`

interface Replayed {
  /** Seconds that deciding has taken, reading left out. */
  readonly seconds: number
  readonly heard: Heard
  readonly models: readonly ModelQuality[]
  readonly unreadable: Unreadable
}

export async function replayDecisions(
  reading: Reading,
  partitions: number,
  range: TimeRange,
  backtest: Backtest,
): Promise<Replayed> {
  let ms = 0
  const [heard, opinions] = [new Heard(), new Opinions()]
  const unreadable = { decisions: 0, costs: 0, feedback: await readFeedback(reading, heard) }
  for (let partition = 0; partition < partitions; partition++) {
    unreadable.decisions += await scan(reading, decisions, {
      partitions: [partition],
      take({ value }) {
        if (!isWithin(range, value.at)) return
        heard.meet(value)
        const startedAt = performance.now()
        backtest.decision(value)
        ms += performance.now() - startedAt
      },
    })
    unreadable.costs += await scan(reading, costs, {
      partitions: [partition],
      take: ({ value }) => {
        backtest.cost(value)
        for (const word of isAnswer(value) ? heard.take(value.claim) : []) {
          backtest.quality(value, goodness(word))
          opinions.hear(value.target.id, word)
        }
      },
    })
    backtest.settle()
    heard.settle()
  }
  return { seconds: ms / 1_000, heard, models: opinions.models, unreadable }
}

async function run(given: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      outcomes: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  const path = onlyArgument(positionals, 'policy file')
  if (path === undefined) throw new UsageError('Name the policy file.')
  const checked = readPolicy(path)
  if ('problems' in checked) {
    tell(policyPage(checked))
    return 1
  }
  const range = rangeOf(values.from, values.to, Date.now())
  const backtest = new Backtest(checked.policy, catalogue)
  const told = values.outcomes === undefined ? noOutcomes : await readOutcomes(values.outcomes, backtest)
  const settings = deploymentSettings(['kafkaBrokers', 'schemaRegistryUrl'])
  const { seconds, heard, models, unreadable } = await withReading(settings, async (reading) => {
    const partitions = await partitionsOf(reading, decisions, settings)
    return replayDecisions(reading, partitions, range, backtest)
  })
  const result = backtest.result()
  const notes = [...outcomeNotes(told, backtest), ...feedbackNotes(heard, unreadable)]
  for (const note of notes) tell(note)
  const page = [backtestPage(path, result, seconds), ...qualityLines(models)].join('\n')
  say(
    values.json
      ? JSON.stringify({ policy: path, ...result, models, unusableOutcomes: told.unusable, notes, seconds })
      : page,
  )
  return 0
}

export const backtest: Command = { name: 'backtest', summary: 'what another policy would have done', help, run }
