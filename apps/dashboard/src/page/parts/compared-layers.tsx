import {
  betweenRunsWords,
  differenceChart,
  differenceModel,
  verdictOf,
  type LayerDifferenceRows,
} from '@unitscope/plots';
import { useDefinition } from '../definition.js';
import { ChartFigure } from './chart-figure.js';
import { LAYER_COLUMNS } from './comparison-columns.js';
import { DataTable, knownOf } from './data-table.js';

interface Props {
  readonly sweep: string;
  readonly found: LayerDifferenceRows;
}

/** What changed in each layer: in a sentence, as a chart, and in numbers. */
export function ComparedLayers({ sweep, found }: Props) {
  const { definition, name, over } = useDefinition();
  const { rows, notes } = found;
  return (
    <>
      <p class="verdict">{verdictOf(found)}</p>
      {notes.caveat !== '' && <p class="note">{notes.caveat}</p>}
      <ChartFigure
        title={`Change of mean entropy from ${notes.a} to ${notes.b}`}
        note={`${name}: B − A over ${notes.replication === 'runs' ? `trainings, each the mean over ${over}` : over}, with a 95 % interval; full: q < ${notes.certain_q} (Benjamini–Hochberg) and 0 outside the interval.`}
        file={`${sweep}-compare`}
        draw={(look) => differenceChart(differenceModel(found, { sweep, definition }), look)}
        drawn={found}
        columns={LAYER_COLUMNS}
        rows={rows}
      />
      <section>
        <h2>Layers</h2>
        <DataTable caption="Layers compared" columns={knownOf(LAYER_COLUMNS, rows)} rows={rows} />
        <p class="note">{testWords(found)}</p>
      </section>
    </>
  );
}

/** What p and intervals are worth. */
function testWords({ rows, notes }: LayerDifferenceRows): string {
  if (rows.every(({ p }) => p === null)) return 'No layer has a test.';
  const { replication, runs_a, runs_b } = notes;
  return replication === 'units'
    ? 'Units of one network are trained together and see the same images: they are not independent, and p and intervals are narrower than the truth. Whether a way of training is better takes several trainings, compared as groups.'
    : betweenRunsWords(replication, runs_a, runs_b);
}
