import type { Mutation } from '../mutation.ts'
import { callingMutations } from './calling.ts'
import { judgingMutations } from './judging.ts'
import { rememberingMutations } from './remembering.ts'
import { routingMutations } from './routing.ts'
import { transactionMutations } from './transactions.ts'

/** Every guard of the protocol, taken away one at a time. */
export const mutations: readonly Mutation[] = [
  ...transactionMutations,
  ...routingMutations,
  ...callingMutations,
  ...judgingMutations,
  ...rememberingMutations,
]
