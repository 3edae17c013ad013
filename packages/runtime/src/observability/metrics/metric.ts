// What a metric is: each service has one table of them, from which meters and docs/metrics.md are made.

export interface MetricRow {
  /** As Prometheus has it, with the unit at its end, and `_total` after that where it counts. */
  readonly name: string
  readonly help: string
  /** A gauge is what is read when somebody asks: what was there before is forgotten then. */
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** Of closed sets only: never a tenant, an id, or what a vendor has written. */
  readonly labels: readonly string[]
  /** Empty for a mere number. */
  readonly unit: '' | 'seconds' | 'bytes' | 'tokens' | 'usd'
  /** Upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[]
}

export type MetricTable = Readonly<Record<string, MetricRow>>

/** Adds to a counter, sets a gauge, or takes a value into a histogram; the labels stand in the order of the row. */
export type Meter<Labels extends readonly string[]> = (
  value: number,
  ...labels: { readonly [Index in keyof Labels]: string }
) => void

export type Meters<Table extends MetricTable> = { readonly [Name in keyof Table]: Meter<Table[Name]['labels']> }
