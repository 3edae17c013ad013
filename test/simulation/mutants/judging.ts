// The guards of the normaliser.
import type { Dispatch } from '@waybill/schemas/generated/dispatch'
import type { Response } from '@waybill/schemas/generated/response'
import type { NormaliserStage } from '@waybill/normaliser/service'
import type { Output } from '@waybill/runtime/task/stage'
import type { Mutation } from '../mutation.ts'
import { stepping } from './wrapping.ts'

/** The reducer writes what the topic's schema says. */
const isDispatch = (topic: string, _value: unknown): _value is Dispatch => topic.endsWith('.requests')
const isResponse = (topic: string, _value: unknown): _value is Response => topic === 'responses'

function uncounted(output: Output): Output {
  const { topic, value } = output
  if (isDispatch(topic.name, value)) return { ...output, value: { ...value, k: value.k - 1, flagged: value.k > 1 } }
  return isResponse(topic.name, value) ? { ...output, value: { ...value, k: value.k - 1 } } : output
}

const strictAgain = (output: Output): Output =>
  isDispatch(output.topic.name, output.value) ? { ...output, value: { ...output.value, mode: 'strict' } } : output

const forgiving = (stage: NormaliserStage): NormaliserStage =>
  stepping(stage, ({ inner, view, event, context }) => {
    const step = inner(view, event, context)
    if (event.kind !== 'record' || event.value.judgement.kind !== 'unusable') return step
    return { ...step, outputs: (step.outputs ?? []).map(uncounted) }
  })

const repairing = (stage: NormaliserStage): NormaliserStage =>
  stepping(stage, ({ inner, view, event, context }) => {
    if (event.kind !== 'record' || event.value.judgement.kind !== 'unusable') return inner(view, event, context)
    const { result } = event.value
    if (result.dispatch.mode !== 'strict') return inner(view, event, context)
    const lenient: Dispatch = { ...result.dispatch, mode: 'availability' }
    const value = { ...event.value, result: { ...result, dispatch: lenient } }
    const step = inner(view, { ...event, value }, context)
    return { ...step, outputs: (step.outputs ?? []).map(strictAgain) }
  })

export const judgingMutations: readonly Mutation[] = [
  { name: 'an unusable answer is not counted', normaliser: forgiving },
  { name: 'an unusable answer is repaired by another call in strict mode', normaliser: repairing },
  {
    name: 'a dead letter of the normaliser does not answer',
    normaliser: (stage) =>
      stepping(stage, ({ inner, view, event, context }) =>
        event.kind === 'unreadable' ? {} : inner(view, event, context),
      ),
  },
]
