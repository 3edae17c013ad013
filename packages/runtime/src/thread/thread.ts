// A thread for work that a stranger's input can make endless: each question has a deadline, after which the thread is
// ended and another one takes its place.
import { Worker } from 'node:worker_threads'

export interface ThreadOptions {
  /** A module that exports `handle(question) → answer`, both of them plain data. */
  readonly module: URL
  readonly deadlineMs: number
  readonly memoryMb: number
}

/** answered; late: the deadline passed; failed: it threw, or ran out of memory. */
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

export class Thread {
  readonly #options: ThreadOptions
  #worker: Worker
  #ready = false
  #queue: Question[] = []
  #current: Question | undefined
  #timer: NodeJS.Timeout | undefined
  #next = 0
  #closed = false

  constructor(options: ThreadOptions) {
    this.#options = options
    this.#worker = this.#start()
  }

  #start(): Worker {
    const { module, memoryMb } = this.#options
    const worker = new Worker(new URL('serve.ts', import.meta.url), {
      workerData: { module: module.href },
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      // What it prints could hold content.
      stdout: true,
      stderr: true,
    })
    worker.unref()
    worker.on('message', (message: Message) => {
      if (worker === this.#worker) this.#hear(message)
    })
    worker.on('error', () => undefined)
    worker.on('exit', () => {
      if (worker !== this.#worker || this.#closed) return
      this.#restart()
      this.#settle({ kind: 'failed' })
    })
    return worker
  }

  /** Asks one question; they are answered one after the other. Never rejects. */
  ask(question: unknown): Promise<Asked> {
    return new Promise((resolve) => {
      this.#queue.push({ id: this.#next++, question, resolve })
      this.#pump()
    })
  }

  #hear(message: Message): void {
    if (message.ready === true) {
      this.#ready = true
      this.#pump()
    } else if (message.id === this.#current?.id)
      this.#settle(message.failed === true ? { kind: 'failed' } : { kind: 'answered', answer: message.answer })
  }

  #pump(): void {
    if (!this.#ready || this.#current !== undefined) return
    const next = this.#queue.shift()
    if (next === undefined) return
    this.#current = next
    this.#worker.ref()
    this.#worker.postMessage({ id: next.id, question: next.question })
    this.#timer = setTimeout(() => {
      this.#restart()
      this.#settle({ kind: 'late' })
    }, this.#options.deadlineMs)
  }

  #restart(): void {
    const old = this.#worker
    this.#ready = false
    this.#worker = this.#start()
    void old.terminate()
  }

  #settle(asked: Asked): void {
    clearTimeout(this.#timer)
    const current = this.#current
    this.#current = undefined
    if (this.#queue.length === 0) this.#worker.unref()
    else this.#worker.ref()
    current?.resolve(asked)
    this.#pump()
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#worker.terminate()
  }
}
