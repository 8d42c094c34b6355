import { shownIn } from '@unitscope/base';
import { ChartDataError } from '../chart-error.js';
import { namedStyles } from '../marks/palette.js';
import { told, type Look } from '../marks/look.js';
import { Drawing } from '../marks/plot-panel.js';
import { prose } from '../marks/wrap.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ROWS = 18;

/** Units as points: x and y of each, by layer. */
export interface Scatter {
  readonly title: string;
  readonly subtitle: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly groups: readonly {
    readonly name: string;
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }[];
}

/** Units as points in an SVG document, a colour and symbol a layer. Throws ChartDataError. */
export async function scatterChart(scatter: Scatter, look?: Look): Promise<string> {
  check(scatter);
  const drawing = await Drawing.begin(look);
  const { Plot, theme, width } = drawing;
  const styles = namedStyles(
    scatter.groups.map(({ name }) => name),
    theme,
  );
  const part = drawing.panel({
    width,
    height: 440,
    marginLeft: 56,
    marginRight: 24,
    marginTop: 34,
    marginBottom: 44,
    x: { nice: true, domain: [0, 1] },
    y: { nice: true, zero: true },
    marks: [
      Plot.gridX({ stroke: theme.grid, strokeOpacity: 1 }),
      drawing.grid(6),
      Plot.axisX({ label: `${scatter.xLabel} →`, fontSize: 11 }),
      Plot.axisY({ label: null, tickSize: 0, fontSize: 11, ticks: 6 }),
      Plot.text([scatter.yLabel], { frameAnchor: 'top-left', dy: -20, dx: -40, fontSize: 12 }),
      ...scatter.groups.map(({ name, points }, i) =>
        Plot.dot(points, {
          x: 'x',
          y: 'y',
          r: 2.6,
          fill: styles[i]?.color ?? theme.ink,
          fillOpacity: 0.55,
          symbol: styles[i]?.symbol ?? 'circle',
          ...drawing.titled<(typeof points)[number]>(({ x, y }) => `${name}: ${told(x)}, ${told(y)}`),
        }),
      ),
    ],
  });
  const legend = styles.map((style) => ({ ...style, marker: drawing.marker(style, false) }));
  return drawing.page({ title: scatter.title, subtitle: scatter.subtitle, legend, parts: [part] });
}

/** The same in a terminal: a letter a layer, * where layers meet. */
export function scatterText(given: Scatter, width = 80): string {
  const scatter = shownIn(given);
  check(scatter);
  const columns = Math.max(30, width - 10);
  const grid = Array.from({ length: ROWS }, () => new Array<string>(columns).fill(' '));
  const high = Math.max(...scatter.groups.flatMap(({ points }) => points.map(({ y }) => y)), 1e-9);
  scatter.groups.forEach(({ points }, i) => {
    const letter = LETTERS[i % LETTERS.length] ?? 'o';
    for (const { x, y } of points) {
      const row = grid[Math.round((1 - y / high) * (ROWS - 1))];
      const column = Math.round(x * (columns - 1));
      if (row === undefined) continue;
      row[column] = row[column] === ' ' || row[column] === letter ? letter : '*';
    }
  });
  const legend = scatter.groups
    .map(({ name }, i) => `${LETTERS[i % LETTERS.length] ?? 'o'} ${name}`)
    .join('   ');
  const rows = grid.map((row, i) => {
    const label = i === 0 ? high.toFixed(2) : i === ROWS - 1 ? '0.00' : '';
    return `${label.padStart(7)} |${row.join('')}`.trimEnd();
  });
  const scale = `${' '.repeat(8)} 0${'1'.padStart(columns - 1)}`;
  return `${[...prose([scatter.title, scatter.subtitle], width), '', legend, '', scatter.yLabel, ...rows, scale, `${' '.repeat(9)}${scatter.xLabel}`].join('\n')}\n`;
}

function check({ title, groups }: Scatter): void {
  if (!groups.some(({ points }) => points.length > 0)) throw new ChartDataError(`${title}: no unit to draw`);
}
