/** The port to the schema registry. The Confluent API and memory implement it. */
export interface SchemaRegistry {
  /**
   * Registers a schema under a subject, whose compatibility becomes FULL_TRANSITIVE, and returns its id.
   * @throws RegistryError incompatible where an earlier version of the subject could not be read, or read this
   */
  register(subject: string, avro: string): Promise<number>
  /** @throws RegistryError notFound for an id that the registry does not know */
  schemaOf(id: number): Promise<string>
}

export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly code: 'notFound' | 'incompatible' | 'unavailable'
  constructor(code: RegistryError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
