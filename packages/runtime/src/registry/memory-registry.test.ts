import { registryConformance } from '../conformance/schema-registry.ts'
import { memoryRegistry } from './memory-registry.ts'

registryConformance('memory', () => Promise.resolve({ registry: memoryRegistry(), close: () => Promise.resolve() }))
