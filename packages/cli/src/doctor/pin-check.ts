import type { CatalogueTarget } from '@waybill/routing/catalogue/target'
import type { Finding } from './finding.ts'
import { fine, notice } from './finding.ts'

/** Models whose vendor publishes no dated id: what answers may change behind the name, and nobody is told. */
export const unpinned = (targets: readonly Pick<CatalogueTarget, 'model' | 'pinned'>[]): readonly string[] =>
  [...new Set(targets.filter(({ pinned }) => !pinned).map(({ model }) => model))].toSorted()

/** @param targets the policy's */
export function pinFindings(targets: readonly CatalogueTarget[]): readonly Finding[] {
  const models = unpinned(targets)
  if (models.length === 0) return [fine('targets', 'policy', 'all of its models are named by a dated id')]
  const what = `have no dated id, so that drift cannot be told from what they answer to`
  const todo = 'Watch their quality with feedback, or choose models that have one.'
  return [notice('targets', models.join(', '), what, todo)]
}
