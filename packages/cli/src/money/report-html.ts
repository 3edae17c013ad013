// A report as one HTML file that needs nothing else: no script, no font, no network.
import { dimensions } from '@waybill/routing/savings/ledger'
import type { ModelQuality } from '@waybill/routing/feedback/opinions'
import { scoreOf, shareOf } from './feedback-notes.ts'
import { dollars, otherwiseText, partText, partsOf, percent, rangeText, unknownText, warnings } from './report-page.ts'
import type { Count, Line, Statement } from './statement.ts'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const style = `body{font:15px/1.45 system-ui,sans-serif;color:#1c2733;background:#fff;margin:2rem auto;max-width:62rem;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2.2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:right;padding:.25rem .6rem;border-bottom:1px solid #dde3ea;font-variant-numeric:tabular-nums}
th,td{white-space:nowrap}th:first-child,td:first-child{text-align:left;white-space:normal;overflow-wrap:anywhere;min-width:11rem;width:34%}.wide{overflow-x:auto}.figures{display:flex;gap:1rem;flex-wrap:wrap}
.figure{border:1px solid #dde3ea;border-radius:.5rem;padding:.7rem 1rem;min-width:9rem}.figure b{display:block;font-size:1.35rem}
.alarm{background:#fdecea;border-left:4px solid #c0392b;padding:.5rem .8rem;margin:.5rem 0}.note{background:#fff7e0;border-left:4px solid #c98a00;padding:.5rem .8rem;margin:.5rem 0}svg{width:100%;min-width:38rem;height:auto}
svg text{font:12px system-ui,sans-serif;fill:#1c2733}small{color:#5b6b7b}`

const usd = (picoUsd: string): number => Number(BigInt(picoUsd) / 1_000_000n) / 1e6

const whole = (count: number): string => count.toLocaleString('en-US')

const fixed = (value: number): string => value.toFixed(1)

/** What was spent, hour by hour, before what it would have cost otherwise. */
function hoursChart(lines: readonly Line[]): string {
  if (lines.length === 0) return ''
  const shown = lines.slice(-96)
  const most = Math.max(...shown.map((line) => Math.max(usd(line.spentPicoUsd), usd(line.wouldHaveCostPicoUsd))), 1e-9)
  const [width, height, step] = [900, 220, 900 / shown.length]
  const bar = (line: Line, at: number, amount: string, colour: string, part: number): string => {
    const tall = (Math.max(0, usd(amount)) / most) * height
    const name = `${line.name}: spent ${dollars(line.spentPicoUsd)}, otherwise ${dollars(line.wouldHaveCostPicoUsd)}`
    return `<rect x="${fixed(at * step + (step * (1 - part)) / 2)}" y="${fixed(height - tall)}" width="${fixed(Math.max(1, step * part))}" height="${fixed(tall)}" fill="${colour}"><title>${escaped(name)}</title></rect>`
  }
  const bars = shown.map(
    (line, at) =>
      bar(line, at, line.wouldHaveCostPicoUsd, '#c9d4e0', 0.9) + bar(line, at, line.spentPicoUsd, '#1f7a8c', 0.5),
  )
  const [first, last] = [shown[0]?.name ?? '', shown.at(-1)?.name ?? '']
  return `<div class="wide"><svg viewBox="0 -18 ${width} ${height + 42}" role="img" aria-label="Spent by hour">
<text x="0" y="-5">$${most.toFixed(4)}</text>${bars.join('')}
<line x1="0" x2="${width}" y1="${height}" y2="${height}" stroke="#1c2733"/>
<text x="0" y="${height + 17}">${escaped(first)}</text><text x="${width}" y="${height + 17}" text-anchor="end">${escaped(last)}</text></svg></div>
<small>Dark: spent. Light: what it would have cost otherwise.</small>`
}

/** Signed parts left and right of nothing. */
function partsChart({ total, decisionKinds }: Statement): string {
  const parts = partsOf(total).filter(([, amount]) => amount !== '0')
  if (parts.length === 0) return '<p>Nothing was saved or lost.</p>'
  const most = Math.max(...parts.map(([, amount]) => Math.abs(usd(amount))), 1e-12)
  const rows = parts.map(([name, amount], at) => {
    const wide = (Math.abs(usd(amount)) / most) * 220
    const isLoss = usd(amount) < 0
    const y = at * 30
    return `<text x="0" y="${y + 16}">${escaped(partText(name, decisionKinds))}</text><rect x="${fixed(isLoss ? 600 - wide : 600)}" y="${y + 3}" width="${fixed(Math.max(1, wide))}" height="18" fill="${isLoss ? '#c0392b' : '#2e8b57'}"/><text x="${fixed(isLoss ? 606 : 606 + wide)}" y="${y + 16}">${dollars(amount)}</text>`
  })
  return `<div class="wide"><svg viewBox="0 0 920 ${parts.length * 30 + 4}" role="img" aria-label="Savings by part"><line x1="600" x2="600" y1="0" y2="${parts.length * 30}" stroke="#1c2733"/>${rows.join('')}</svg></div>`
}

function table(title: string, lines: readonly Line[]): string {
  if (lines.length === 0) return ''
  const rows = lines
    .slice(0, 200)
    .map(
      (line) =>
        `<tr><td>${escaped(line.name)}</td><td>${whole(line.calls)}</td><td>${dollars(line.spentPicoUsd)}</td><td>${dollars(line.wouldHaveCostPicoUsd)}</td><td>${dollars(line.savedAtMostPicoUsd)}</td><td>${percent(line.savedPercent)}</td><td>${whole(line.unknown)}</td><td>${whole(line.duplicates)}</td></tr>`,
    )
  return `<h2>By ${title}</h2><div class="wide"><table><thead><tr><th>${title}</th><th>calls</th><th>spent</th><th>otherwise</th><th>saved</th><th>%</th><th>unknown</th><th>duplicates</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

function counts(title: string, list: readonly Count[]): string {
  if (list.length === 0) return ''
  const rows = list.slice(0, 20).map(({ name, count }) => `<tr><td>${escaped(name)}</td><td>${whole(count)}</td></tr>`)
  return `<h2>${title}</h2><table><tbody>${rows.join('')}</tbody></table>`
}

function quality(models: readonly ModelQuality[]): string {
  if (models.length === 0) return ''
  const rows = models
    .slice(0, 200)
    .map(
      ({ model, accepted, score }) =>
        `<tr><td>${escaped(model)}</td><td>${shareOf(accepted)}</td><td>${scoreOf(score)}</td></tr>`,
    )
  return `<h2>What is said of answers</h2><div class="wide"><table><thead><tr><th>model</th><th>accepted (of)</th><th>score (of)</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

const figure = (name: string, value: string): string => `<div class="figure"><b>${escaped(value)}</b>${name}</div>`

export function reportHtml(statement: Statement): string {
  const { total, by, alarms, defaultRoutes, rejections, decisionKinds, models } = statement
  const figures = [
    figure('spent', dollars(total.spentPicoUsd)),
    figure('otherwise', dollars(total.wouldHaveCostPicoUsd)),
    figure('saved', dollars(total.savedAtMostPicoUsd)),
    figure('of otherwise', percent(total.savedPercent)),
    figure('unknown, at most', dollars(total.unknownAtMostPicoUsd)),
    figure('calls', whole(total.calls)),
    figure('duplicates', whole(total.duplicates)),
  ]
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>Waybill report</title><style>${style}</style></head><body>
<h1>Waybill ${escaped(rangeText(statement))}</h1><div class="figures">${figures.join('')}</div>
${alarms.map(({ kind, text }) => `<p class="alarm">${kind}: ${escaped(text)}</p>`).join('')}
${[...unknownText(statement).map((text) => `${text}.`), ...warnings(statement)].map((note) => `<p class="note">${escaped(note)}</p>`).join('')}
<h2>Where it was saved</h2>${partsChart(statement)}<h2>Hour by hour</h2>${hoursChart(by.hour)}
${dimensions.map((dimension) => (dimension === 'hour' ? '' : table(dimension, by[dimension]))).join('')}
${counts('What became of requests', decisionKinds)}${counts('Why the default route was taken', defaultRoutes)}${counts('Why requests were rejected', rejections)}
${quality(models)}
<p><small>${escaped(otherwiseText(statement))}<br>Quality is ${escaped(statement.quality)}. Amounts are rounded here; <code>waybill report --json</code> has them exactly.</small></p></body></html>
`
}
