import type { MarkRow } from '@unitscope/plots';
import type { Point } from './mark-boxes.js';

/** What values are called that a chart's own numbers do not have. */
const LABELS: Readonly<Record<string, string>> = {
  entropy: 'H',
  low: '95 % from',
  high: 'to',
  relative: 'H / noise',
  relative_low: '95 % from',
  relative_high: 'to',
  selective_rate: 'ε',
};

/** What the columns of a chart's rows are called. */
export type ColumnLabels = ReadonlyMap<string, string>;

interface Props {
  readonly row: MarkRow;
  readonly labels: ColumnLabels;
  readonly at: Point;
  readonly width: number;
  /** What a click does. */
  readonly note: string;
}

/** All that a mark shows, beside it. */
export function MarkTooltip({ row, labels, at, width, note }: Props) {
  const across = at.x < width / 3 ? 'right' : at.x > (2 * width) / 3 ? 'left' : 'middle';
  return (
    <div
      class="mark-tooltip"
      role="tooltip"
      data-across={across}
      style={{ left: `${at.x}px`, top: `${at.y}px` }}
    >
      <dl>
        {toldValues(row, labels).map(({ name, label, value, text }) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd data-column={name} data-value={String(value)}>
              {text}
            </dd>
          </div>
        ))}
      </dl>
      {note !== '' && <p>{note}</p>}
    </div>
  );
}

/** A row as it is read out. */
export function rowWords(row: MarkRow, labels: ColumnLabels): string {
  return toldValues(row, labels)
    .map(({ label, text }) => `${label} ${text}`)
    .join(', ');
}

/** Each value under its column's name, six digits of a number as `unitscope query` prints it; what is not known is left out. */
function toldValues(row: MarkRow, labels: ColumnLabels) {
  return Object.entries(row).flatMap(([name, value]) => {
    if (value === null || value === '') return [];
    const text = typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
    return [
      {
        name,
        label: labels.get(name) ?? LABELS[name] ?? name.replaceAll('_', ' '),
        value,
        text: String(text),
      },
    ];
  });
}
