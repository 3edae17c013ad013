// A thread for work that a stranger's input can make endless: each question has a deadline, after which the thread is
// ended and another one takes its place.
import { Worker } from 'node:worker_threads'

export interface ThreadOptions {
  /** A module that exports `handle(question) → answer`, both of them plain data. */
  readonly module: URL
  /** From when the question is at work; the start of a thread does not count. */
  readonly deadlineMs: number
  readonly memoryMb: number
}

/** answered; late: the deadline passed; failed: it threw, ran out of memory, or there is no thread. */
export type Asked = { readonly kind: 'answered'; readonly answer: unknown } | { readonly kind: 'late' | 'failed' }

interface Question {
  readonly id: number
  readonly question: unknown
  readonly resolve: (asked: Asked) => void
}

interface Message {
  readonly id?: number
  readonly answer?: unknown
  readonly failed?: boolean
  readonly ready?: boolean
}

/** A module that does not load would be started for ever. */
const mostStarts = 3

export class Thread {
  readonly #options: ThreadOptions
  #worker: Worker | undefined
  #ready = false
  /** Starts in a row that came to nothing. */
  #failedStarts = 0
  #queue: Question[] = []
  #current: Question | undefined
  #timer: NodeJS.Timeout | undefined
  #next = 0
  #closed = false

  constructor(options: ThreadOptions) {
    this.#options = options
    this.#start()
  }

  /** Asks one question; they are answered one after the other. Never rejects. */
  ask(question: unknown): Promise<Asked> {
    return new Promise((resolve) => {
      if (this.#closed) {
        resolve({ kind: 'failed' })
        return
      }
      this.#queue.push({ id: this.#next++, question, resolve })
      if (this.#worker === undefined) this.#start()
      this.#pump()
    })
  }

  /** Whatever is still asked has failed. */
  async close(): Promise<void> {
    this.#closed = true
    const worker = this.#worker
    this.#worker = undefined
    this.#failAll()
    await worker?.terminate()
  }

  #start(): void {
    const { module, memoryMb } = this.#options
    const worker = new Worker(new URL('serve.ts', import.meta.url), {
      workerData: { module: module.href },
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      // What it prints could hold content.
      stdout: true,
      stderr: true,
    })
    worker.on('message', (message: Message) => {
      if (worker === this.#worker) this.#hear(message)
    })
    // The exit that follows is what counts.
    worker.on('error', () => undefined)
    worker.on('exit', () => {
      if (worker === this.#worker) this.#lost()
    })
    this.#worker = worker
    this.#ready = false
    this.#hold()
  }

  #hear(message: Message): void {
    if (message.ready === true) {
      this.#ready = true
      this.#failedStarts = 0
      this.#pump()
    } else if (message.id === this.#current?.id)
      this.#settle(message.failed === true ? { kind: 'failed' } : { kind: 'answered', answer: message.answer })
  }

  #pump(): void {
    this.#hold()
    if (!this.#ready || this.#current !== undefined) return
    const next = this.#queue.shift()
    if (next === undefined) return
    this.#current = next
    this.#worker?.postMessage({ id: next.id, question: next.question })
    this.#timer = setTimeout(() => {
      this.#overdue(next)
    }, this.#options.deadlineMs)
  }

  /** Where it was our own process that was held up, the answer lies there already and is heard before this is done. */
  #overdue(question: Question): void {
    setImmediate(() => {
      if (this.#current !== question || this.#closed) return
      const late = this.#worker
      this.#start()
      void late?.terminate()
      this.#settle({ kind: 'late' })
    })
  }

  /** The thread has ended by itself: before it was ready, it may never be. */
  #lost(): void {
    this.#worker = undefined
    if (!this.#ready) this.#failedStarts++
    this.#ready = false
    if (this.#failedStarts >= mostStarts) {
      this.#failedStarts = 0
      this.#failAll()
      return
    }
    this.#start()
    this.#settle({ kind: 'failed' })
  }

  #failAll(): void {
    const queue = this.#queue
    this.#queue = []
    this.#settle({ kind: 'failed' })
    for (const { resolve } of queue) resolve({ kind: 'failed' })
  }

  #settle(asked: Asked): void {
    clearTimeout(this.#timer)
    const current = this.#current
    this.#current = undefined
    current?.resolve(asked)
    this.#pump()
  }

  /** The process lives on while something is asked, and not for the thread's sake alone. */
  #hold(): void {
    if (this.#queue.length === 0 && this.#current === undefined) this.#worker?.unref()
    else this.#worker?.ref()
  }
}
