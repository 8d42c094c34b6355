import type { MarkRow } from '@unitscope/plots';
import { useEffect } from 'preact/hooks';
import { rowOf, ROWS } from './mark-row.js';
import { MarkTooltip, rowWords, type ColumnLabels } from './mark-tooltip.js';
import { useLegend } from './use-legend.js';
import { useMarks, type MarkOptions } from './use-marks.js';

interface Props extends MarkOptions {
  readonly title: string;
  /** What the chart is drawn into, and the chart. */
  readonly drawing: { current: HTMLDivElement | null };
  readonly chart: Element | null;
  readonly width: number;
  readonly labels: ColumnLabels;
  /** Which marks are outlined; to be the same function as long as they are the same marks. */
  readonly chosen?: ((row: MarkRow) => boolean) | undefined;
}

/** A chart whose marks are pointed at: all their values, what they lead to, and a brush over them. */
export function MarkedChart({ title, drawing, chart, width, labels, hrefOf, brush, chosen }: Props) {
  const { pointed, drag, handlers } = useMarks(chart, { hrefOf, brush });
  useLegend(chart);
  useEffect(() => {
    for (const mark of chart?.querySelectorAll(ROWS) ?? [])
      mark.toggleAttribute('data-chosen', chosen?.(rowOf(mark)) ?? false);
  }, [chart, chosen]);
  const leads = pointed !== null && (hrefOf?.(pointed.row) ?? null) !== null;
  const keys = `arrow keys go from mark to mark${brush === undefined ? '' : `, with Shift and then Enter: ${brush.does}`}`;
  return (
    <div
      {...handlers}
      class={brush === undefined ? 'marked' : 'marked brushed'}
      tabIndex={0}
      role="application"
      aria-roledescription="chart"
      aria-label={`${title}: ${keys}`}
      data-leads={leads}
    >
      <div ref={drawing} />
      {drag !== null && (
        <div
          class="brush"
          style={{
            left: `${drag.left}px`,
            top: `${drag.top}px`,
            width: `${drag.width}px`,
            height: `${drag.height}px`,
          }}
        />
      )}
      {pointed !== null && drag === null && (
        <MarkTooltip
          {...{ labels, width }}
          row={pointed.row}
          at={pointed.at}
          note={leads ? 'Click or Enter: its page.' : ''}
        />
      )}
      <p class="visually-hidden" aria-live="polite">
        {pointed?.byKeys === true ? rowWords(pointed.row, labels) : ''}
      </p>
    </div>
  );
}
