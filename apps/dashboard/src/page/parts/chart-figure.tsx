import type { Look, MarkRow } from '@unitscope/plots';
import { useEffect, useRef, useState } from 'preact/hooks';
import { csvText } from '@unitscope/base';
import { download } from '../download.js';
import type { Brush } from '../marks/brush.js';
import { MarkedChart } from '../marks/marked-chart.js';
import { useTheme } from '../theme.js';
import { DataTable, type TableColumn } from './data-table.js';

interface Props<Row> {
  readonly title: string;
  readonly note?: string;
  /** Draws the chart; what it draws depends on `drawn` alone. */
  readonly draw: (look: Look) => Promise<string>;
  readonly drawn: unknown;
  /** The numbers of the chart. */
  readonly columns: readonly TableColumn<Row>[];
  readonly rows: readonly Row[];
  /** Of the files that are saved. */
  readonly file: string;
  /** Where a click on a mark leads. */
  readonly hrefOf?: (row: MarkRow) => string | null;
  readonly brush?: Brush;
  /** Which marks are outlined: those that a brush chose. */
  readonly chosen?: ((row: MarkRow) => boolean) | undefined;
}

/** A chart, its numbers in a table below it, and both to take away. */
export function ChartFigure<Row>(props: Props<Row>) {
  const { title, note, draw, drawn, columns, rows, file, hrefOf, brush, chosen } = props;
  const [frame, width] = useWidth();
  const [open, setOpen] = useState(false);
  const [drawing, chart, failure] = useDrawing(draw, drawn, width);
  const saveSvg = (): void => {
    void draw({}).then((svg) => download(`${file}.svg`, 'image/svg+xml', svg));
  };
  const saveCsv = (): void => {
    const values = rows.map((row) => columns.map(({ value }) => value(row)));
    download(
      `${file}.csv`,
      'text/csv',
      csvText(
        columns.map(({ name }) => name),
        values,
      ),
    );
  };
  return (
    <figure class="chart" data-chart={file}>
      <figcaption>
        <h2>{title}</h2>
        {note !== undefined && <p class="note">{note}</p>}
      </figcaption>
      <div ref={frame} class="drawing">
        <MarkedChart
          {...{ title, drawing, chart, width, hrefOf, brush, chosen }}
          labels={new Map(columns.map(({ name, label }) => [name, label]))}
        />
        {failure !== null && <p class="note">{failure}</p>}
      </div>
      <div class="tools">
        <button type="button" class="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide the numbers' : `Numbers (${rows.length})`}
        </button>
        <span class="spacer" />
        {brush?.onReset != null && (
          <button type="button" class="quiet" onClick={brush.onReset}>
            Reset<span class="visually-hidden"> {title}</span>
          </button>
        )}
        <button type="button" class="quiet" onClick={saveSvg} disabled={failure !== null}>
          SVG<span class="visually-hidden"> of {title}</span>
        </button>
        <button type="button" class="quiet" onClick={saveCsv}>
          CSV<span class="visually-hidden"> of {title}</span>
        </button>
      </div>
      {open && <DataTable caption={title} columns={columns} rows={rows} />}
    </figure>
  );
}

/** What the chart is drawn into, and why it cannot be drawn. */
function useDrawing(
  draw: (look: Look) => Promise<string>,
  drawn: unknown,
  width: number,
): [{ current: HTMLDivElement | null }, Element | null, string | null] {
  const theme = useTheme();
  const [failure, setFailure] = useState<string | null>(null);
  const [chart, setChart] = useState<Element | null>(null);
  const drawing = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (width === 0) return undefined;
    let over = false;
    draw({ width, theme, bare: true, linked: true })
      .then((svg) => {
        if (over) return;
        const element = svgElement(svg);
        // What can be pointed at is no picture.
        element.setAttribute('role', 'group');
        drawing.current?.replaceChildren(element);
        setChart(element);
        setFailure(null);
      })
      .catch((error: unknown) => {
        if (over) return;
        drawing.current?.replaceChildren();
        setChart(null);
        setFailure(error instanceof Error ? error.message : String(error));
      });
    return () => {
      over = true;
    };
  }, [width, theme, drawn]);
  return [drawing, chart, failure];
}

/** The width that a chart has to itself; 0 until it is known. */
function useWidth(): [{ current: HTMLDivElement | null }, number] {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      // In steps: a scroll bar that comes and goes must not draw everything anew.
      if (entry !== undefined) setWidth(Math.min(1100, Math.floor(entry.contentRect.width / 8) * 8));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [frame, width];
}

/** SVG text as an element. It comes from this page's own charts, which write labels as text. */
export function svgElement(svg: string): Element {
  const { documentElement } = new DOMParser().parseFromString(svg, 'image/svg+xml');
  // To readers of the screen a chart is one picture with a title; its numbers are in the table below it.
  for (const group of documentElement.querySelectorAll('g[aria-label]')) {
    group.setAttribute('data-marks', group.getAttribute('aria-label') ?? '');
    group.removeAttribute('aria-label');
  }
  return document.importNode(documentElement, true);
}
