import { shownIn } from '@unitscope/base';
import { checkBirths, type UnitBirths } from './unit-chart.js';
import { prose } from '../marks/wrap.js';
import { inked, type TextLook } from '../terminal/text-look.js';

/** In a terminal a person reads no more rows: of more indices several have one. */
const MOST_ROWS = 40;
const BLOCKS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

interface Bin {
  readonly from: number;
  readonly to: number;
  readonly images: number;
}

/** The births of a unit in a terminal: a bar a birth index, those without an image too. Throws ChartDataError. */
export function unitText(given: UnitBirths, width = 80, look: TextLook = {}): string {
  const unit = shownIn(given);
  checkBirths(unit);
  const { births, threshold, without } = unit;
  const bins = binsOf(births, threshold);
  const most = Math.max(...bins.map(({ images }) => images), without, 1);
  const names = bins.map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`));
  const left = Math.max(9, ...names.map((name) => name.length));
  const room = Math.max(
    10,
    Math.min(60, width - left - 2 - String(most).length - ' (not counted)'.length - 1),
  );
  const edge = look.unicode === true ? '│' : '|';
  const line = (name: string, images: number, counts = true): string => {
    const bar = barOf((images / most) * room, look);
    const note = counts || images === 0 ? '' : ' (not counted)';
    return `${name.padStart(left)} ${edge}${inked(bar, counts ? 0 : null, look)} ${images}${note}`;
  };
  const dash = look.unicode === true ? '–' : '-';
  return `${[
    ...prose([unit.title, unit.subtitle], width),
    '',
    'birth index, images',
    ...bins.map(({ from, to, images }, i) =>
      line((names[i] ?? '').replace('–', dash), images, from > 0 && to <= threshold),
    ),
    line('none', without, false).replace(' (not counted)', ''),
  ].join('\n')}\n`;
}

/** From 0 to the last birth, so that a gap is seen; bins of several indices end at the threshold. */
function binsOf(births: UnitBirths['births'], threshold: number): Bin[] {
  const last = births.reduce((highest, { index }) => Math.max(highest, index), 0);
  const wide = Math.max(1, Math.ceil((last + 1) / MOST_ROWS));
  const bins: Bin[] = [];
  const add = (from: number, to: number): void => {
    const images = births.reduce(
      (sum, one) => (one.index >= from && one.index <= to ? sum + one.images : sum),
      0,
    );
    bins.push({ from, to, images });
  };
  if (births.length === 0) return bins;
  add(0, 0);
  let from = 1;
  while (from <= last) {
    const end = from + wide - 1;
    const to = Math.min(from <= threshold ? Math.min(end, threshold) : end, last);
    add(from, to);
    from = to + 1;
  }
  return bins;
}

function barOf(length: number, { unicode = false }: TextLook): string {
  if (!unicode) return '#'.repeat(Math.round(length));
  const eighths = Math.round(8 * length);
  return '█'.repeat(eighths >> 3) + (BLOCKS[eighths & 7] ?? '');
}
