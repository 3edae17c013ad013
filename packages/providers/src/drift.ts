/** A release of a model: a date, a number, with or without a word for its stage. */
const release = /^(?:(?:preview|exp)-)?(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{2}-\d{4}|\d{2}-\d{2}|\d{4}|\d{3})$/u
const dated = /-(?:(?:preview|exp)-)?(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{2}-\d{4}|\d{2}-\d{2}|\d{4}|\d{3})$/u

export const modelName = (model: string | null): string | null =>
  model === null || model === '' ? null : model.replace(/^(?:publishers\/[^/]+\/)?models\//u, '')

/**
 * Whether another model answered than the pinned one. A dated release of an undated id is that id;
 * a moving alias (`-latest`) names no model, so nothing drifts from it. `alias` is another name of the pinned model.
 */
export function hasDrifted(pinned: string, served: string | null, alias?: string): boolean {
  const wanted = modelName(pinned)
  if (served === null || wanted === null || served === wanted) return false
  if (alias !== undefined && !hasDrifted(alias, served)) return false
  if (wanted.endsWith('-latest')) return false
  if (dated.test(wanted) || !served.startsWith(`${wanted}-`)) return true
  return !release.test(served.slice(wanted.length + 1))
}
