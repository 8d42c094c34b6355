import type { Markish } from '@observablehq/plot';
import { markupText } from '@unitscope/base';
import { ChartDataError } from '../chart-error.js';
import { levelDomain } from '../marks/level-domain.js';
import { Drawing } from '../marks/plot-panel.js';
import { wholeAxis } from '../marks/whole-ticks.js';
import type { Look } from '../marks/look.js';
import type { SvgPart } from '../document/svg-page.js';
import { stillPart, type HoleStill } from '../hole/hole-still.js';
import { wrap } from '../marks/wrap.js';

/** The births of one unit over images, and the hole of one of its maps where maps were kept. */
export interface UnitBirths {
  readonly title: string;
  readonly subtitle: string;
  /** How many images have each birth index (rank − 1). */
  readonly births: readonly { readonly index: number; readonly images: number }[];
  /** Images without a birth at or below the threshold. */
  readonly without: number;
  readonly threshold: number;
  readonly hole?: Omit<HoleStill, 'title'> & { readonly caption: string };
}

/** A unit's births as bars, and the hole of one of its maps, as an SVG document. Throws ChartDataError. */
export async function unitChart(unit: UnitBirths, look?: Look): Promise<string> {
  checkBirths(unit);
  const drawing = await Drawing.begin(look);
  const { Plot, theme, width } = drawing;
  const [color = theme.ink] = theme.series;
  const { births, threshold } = unit;
  const last = Math.max(...births.map(({ index }) => index), 1);
  const images = births.map((birth) => birth.images);
  const counts = [0, ...images];
  const parts: SvgPart[] = [
    drawing.panel({
      width,
      height: 260,
      marginLeft: 56,
      marginRight: 24,
      marginTop: 34,
      marginBottom: 44,
      x: { domain: [0, last + 1] },
      y: { ...levelDomain(images.length === 0 ? [0] : []), nice: true, zero: true },
      marks: [
        drawing.grid(5, counts),
        Plot.axisX({
          label: 'birth index (rank − 1) →',
          fontSize: 11,
          ...wholeAxis([last + 1], 10),
        }),
        drawing.axisY(5, counts),
        Plot.text(['images'], { frameAnchor: 'top-left', dy: -20, dx: -40, fontSize: 12 }),
        Plot.rectY(births, {
          x1: ({ index }: { index: number }) => index - 0.4,
          x2: ({ index }: { index: number }) => index + 0.4,
          y: 'images',
          fill: ({ index }: { index: number }) => (index > 0 && index <= threshold ? color : theme.faint),
          ...drawing.rows(births, ({ index, images }) => ({ index, images })),
        }),
        ...(births.length === 0
          ? [Plot.text(['no birth on any image'], { frameAnchor: 'middle', fontSize: 12, fill: theme.muted })]
          : []),
        ...thresholdMarks(drawing, unit),
      ],
    }),
  ];
  if (unit.hole !== undefined) parts.push(captioned(drawing, unit.hole));
  return drawing.page({ title: unit.title, subtitle: unit.subtitle, legend: [], parts });
}

/** Where the threshold is, if a birth lies beyond it. */
function thresholdMarks({ Plot, theme }: Drawing, { births, threshold }: UnitBirths): Markish[] {
  if (!births.some(({ index }) => index > threshold)) return [];
  return [
    Plot.ruleX([threshold + 0.5], { stroke: theme.muted, strokeDasharray: '5 4' }),
    Plot.text([threshold + 0.5], {
      x: (at: number) => at,
      text: () => `threshold ${threshold}`,
      frameAnchor: 'top',
      textAnchor: 'start',
      dx: 4,
      fontSize: 11,
      fill: theme.muted,
    }),
  ];
}

function captioned(drawing: Drawing, hole: NonNullable<UnitBirths['hole']>): SvgPart {
  const { part, words } = stillPart(hole, drawing.width, drawing.theme);
  const lines = wrap(
    `${hole.caption}. ${words}`.split(' '),
    ' ',
    ({ length }) => 6.6 * length < drawing.width - 32,
  );
  const texts = lines.map(
    (line, i) => `<text x="16" y="${16 + 17 * i}" font-size="12">${markupText(line)}</text>`,
  );
  const top = 17 * lines.length + 10;
  return {
    svg: `${texts.join('')}<g transform="translate(0,${top})">${part.svg}</g>`,
    height: top + part.height,
  };
}

/** Throws ChartDataError where no image was measured. */
export function checkBirths({ title, births, without }: UnitBirths): void {
  if (births.length === 0 && without === 0) throw new ChartDataError(`${title}: no image was measured`);
}
