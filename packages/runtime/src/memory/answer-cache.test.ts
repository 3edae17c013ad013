import { systemClock } from '../clock.ts'
import { answerCacheConformance } from '../conformance/answer-cache.ts'
import { memoryAnswerCache } from './answer-cache.ts'

answerCacheConformance('memory', () => Promise.resolve(memoryAnswerCache(systemClock)))
