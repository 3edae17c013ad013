/** The Avro schema of a record, self-contained, and the type that its values have here. */
export interface RecordSchema<Value> {
  /** The record's name, without its namespace. */
  readonly name: string
  /** The schema as JSON text, as it is registered. */
  readonly avro: string
  /** Never there: it only ties the type to the schema. */
  readonly holds?: Value
}
