import { endingServices } from '../conformance/counting-bench.ts'
import { conformance } from '../conformance/observe.ts'
import { positionCases } from '../conformance/positions.ts'
import { movementCases } from '../conformance/movements.ts'
import { restoreCases } from '../conformance/restores.ts'
import { taskCases } from '../conformance/tasks.ts'
import { memoryUnderTest } from './under-test.ts'

conformance(
  'memory',
  memoryUnderTest,
  endingServices([...taskCases, ...restoreCases, ...movementCases, ...positionCases]),
)
