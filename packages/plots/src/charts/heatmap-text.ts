import { shownIn } from '@unitscope/base';
import { rangeOf, type Heatmap } from './heatmap-chart.js';
import { prose } from '../marks/wrap.js';
import { onRamp, type TextLook } from '../terminal/text-look.js';

const SHADES = ' .:-=+*#%@';
const BLOCKS = ' ░▒▓█';
const MOST_WIDE = 6;
const SAMPLES = 12;

/** A heatmap in a terminal: colours where it has some, else darker where values are higher; `x` where there is none. */
export function heatmapText(given: Heatmap, width = 80, look: TextLook = {}): string {
  const heatmap = shownIn(given);
  const [low, high] = rangeOf(heatmap);
  const left = Math.max(...heatmap.rows.map(({ name }) => name.length)) + 1;
  const room = Math.max(10, width - left - 2);
  const every = Math.ceil(heatmap.columns.length / room);
  const shown = heatmap.columns.filter((_, i) => i % every === 0);
  const wide = Math.max(1, Math.min(MOST_WIDE, Math.floor(room / shown.length)));
  const shade = (value: number | null): string =>
    value === null
      ? 'x'.repeat(wide)
      : shadeOf(high === low ? 0.5 : (value - low) / (high - low), wide, look);
  const edge = look.unicode === true ? '│' : '|';
  const rows = heatmap.rows.map(({ name, values }) => {
    const cells = values.filter((_, i) => i % every === 0).map(shade);
    return `${name.padStart(left - 1)} ${edge}${cells.join('')}${edge}`;
  });
  const part = every === 1 ? '' : ` (${shown.length} of ${heatmap.columns.length} have room)`;
  const columns = `${heatmap.columnLabel}: ${shown[0] ?? ''} … ${shown.at(-1) ?? ''}${part}`;
  const range = `from ${low.toFixed(2)} to ${high.toFixed(2)} ${heatmap.label}; x: ${heatmap.none}`;
  return `${[...prose([heatmap.title, heatmap.subtitle], width), '', heatmap.rowLabel, ...rows, ...prose([columns], width), scaleOf(look), ...prose([range], width)].join('\n')}\n`;
}

/** A share from 0 to 1 as so many signs. */
function shadeOf(share: number, wide: number, look: TextLook): string {
  const colored = onRamp(' '.repeat(wide), share, look);
  if (colored !== null) return colored;
  const signs = look.unicode === true ? BLOCKS : SHADES;
  return (signs[Math.round(share * (signs.length - 1))] ?? ' ').repeat(wide);
}

function scaleOf(look: TextLook): string {
  const isColored = onRamp('', 0, look) !== null;
  if (!isColored) return `"${look.unicode === true ? BLOCKS : SHADES}"`;
  return Array.from({ length: SAMPLES }, (_, i) => shadeOf(i / (SAMPLES - 1), 1, look)).join('');
}
