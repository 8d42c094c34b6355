import { ChartDataError } from '../chart-error.js';
import type { Look } from '../marks/look.js';
import { Drawing } from '../marks/plot-panel.js';
import type { SvgPart } from '../document/svg-page.js';

/** How many holes a map's complex has as edges enter, and where the first is born. */
export interface BettiCurve {
  readonly label: string;
  readonly points: readonly { readonly index: number; readonly holes: number }[];
  readonly birth: number | null;
}

/** A β₁ curve with its birth marked, as an SVG document. Throws ChartDataError. */
export async function bettiChart(title: string, curve: BettiCurve, look?: Look): Promise<string> {
  if (curve.points.length === 0) throw new ChartDataError(`${title}: no curve to draw`);
  const drawing = await Drawing.begin(look);
  return drawing.page({ title, subtitle: '', legend: [], parts: [bettiPanel(drawing, curve)] });
}

/** The same as one panel of a drawing. */
export function bettiPanel(drawing: Drawing, { label, points, birth }: BettiCurve): SvgPart {
  const { Plot, theme, width } = drawing;
  const [color = theme.ink, marked = theme.ink] = theme.series;
  return drawing.panel({
    width,
    height: 240,
    marginLeft: 56,
    marginRight: 24,
    marginTop: 34,
    marginBottom: 44,
    x: { nice: false },
    y: { nice: true, zero: true },
    marks: [
      drawing.grid(5),
      Plot.axisX({ label: 'filtration index (rank − 1) →', fontSize: 11 }),
      Plot.axisY({ label: null, tickSize: 0, fontSize: 11, ticks: 5 }),
      Plot.text([label], { frameAnchor: 'top-left', dy: -20, dx: -40, fontSize: 12 }),
      Plot.lineY(points, { x: 'index', y: 'holes', curve: 'step-after', stroke: color, strokeWidth: 1.75 }),
      ...(birth === null
        ? []
        : [
            Plot.ruleX([birth], { stroke: marked, strokeDasharray: '5 4' }),
            Plot.text([birth], {
              x: (at: number) => at,
              text: () => `birth ${birth}`,
              frameAnchor: 'top',
              textAnchor: 'start',
              dx: 4,
              fontSize: 11,
              fill: marked,
            }),
          ]),
    ],
  });
}
