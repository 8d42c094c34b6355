import { shownIn } from '@unitscope/base';
import { formatStep, stepAxis, type StepAxis } from '../marks/step-axis.js';
import { prose } from '../marks/wrap.js';
import { legendLines, letterOf } from '../terminal/text-legend.js';
import type { InkedCell, TextLook } from '../terminal/text-look.js';
import { GUTTER, textPanel } from '../terminal/text-panel.js';
import { drawnPanels, seriesNames, stepsOf, stepTitle, type Trend } from './trend.js';

const MIN_WIDTH = 40;
const LABEL_DISTANCE = 6;
const FIRST_ROWS = 12;
const OTHER_ROWS = 7;
const ALONE = 'o';

/**
 * The same trend as trendChart in text (plain ASCII and whatever its names hold, where the terminal takes no more), `width` columns
 * wide: a letter a series at each measured step, lines between, `*` where series meet. Throws TrendDataError.
 */
export function trendText(given: Trend, width = 80, look: TextLook = {}): string {
  const trend = shownIn(given);
  const axis = stepAxis(stepsOf(trend), trend.stepScale ?? 'log');
  const columns = Math.max(width, MIN_WIDTH) - GUTTER - 2;
  const { shared } = seriesNames(trend);
  const letter = (name: string): InkedCell => {
    const index = shared.indexOf(name);
    return index === -1 ? { sign: ALONE, ink: null } : letterOf(index);
  };
  const panels = drawnPanels(trend).map((panel, i) => {
    const rows = i === 0 ? FIRST_ROWS : OTHER_ROWS;
    return textPanel(panel, { axis, letter, columns, rows, joined: trend.joined ?? true, look }).join('\n');
  });
  const legend = legendLines(shared, letter, width, look);
  const below = prose([stepTitle(trend)], Math.max(width, MIN_WIDTH) - GUTTER - 1);
  const foot = [
    ...stepLabels(axis, columns, look),
    ...below.map((line) => `${' '.repeat(GUTTER + 1)}${line}`),
  ];
  return `${[...prose([trend.title, trend.subtitle ?? '', leftOutWords(trend)], width), ...(legend.length > 0 ? ['', ...legend] : []), '', panels.join('\n\n'), ...foot].join('\n')}\n`;
}

/** What a picture has and a terminal does not; '' where that is nothing. */
function leftOutWords({ panels }: Trend): string {
  const series = panels.flatMap((panel) => panel.series);
  const left = [
    ...(series.some(({ partOf }) => partOf !== undefined) ? ['thin lines'] : []),
    ...(series.some(({ points }) => points.some(({ low }) => typeof low === 'number')) ? ['bands'] : []),
  ];
  return left.length === 0 ? '' : `Not drawn in a terminal: ${left.join(' and ')}.`;
}

function stepLabels(axis: StepAxis, columns: number, { unicode = false }: TextLook): string[] {
  const [corner, dash, tick] = unicode ? ['└', '─', '┬'] : ['+', '-', '+'];
  const line = new Array<string>(columns + GUTTER).fill(' ');
  const rule = new Array<string>(columns).fill(dash);
  for (const step of axis.ticks(LABEL_DISTANCE / columns)) {
    const column = Math.round(axis.position(step) * (columns - 1));
    rule[column] = tick;
    const label = formatStep(step);
    const start = Math.min(column, columns - label.length);
    Array.from(label).forEach((character, i) => (line[start + i] = character));
  }
  return [
    `${' '.repeat(GUTTER)} ${corner}${rule.join('')}`,
    `${' '.repeat(GUTTER)}  ${line.join('')}`.trimEnd(),
  ];
}
