import type { Embedding, EmbeddingPoint } from '../charts/embedding-chart.js';
import type { EmbeddedRows } from '../rows/embedded-rows.js';
import { entropyTitle, sentences, type Caption } from './caption.js';

/** Checkpoints in the plane of their first two principal components, trainings as paths. */
export function embeddingModel({ rows, notes }: EmbeddedRows, caption: Caption): Embedding {
  const isNumber = notes.by !== 'run' && rows.every(({ number, text }) => text === null || number !== null);
  const points = rows.map((row): EmbeddingPoint => ({
    name: row.checkpoint,
    ...{ run: row.run, step: row.step, x: row.x, y: row.y },
    color: isNumber ? row.number : row.text,
  }));
  const axis = (at: number): string =>
    `component ${at + 1}, ${(100 * (notes.explained[at] ?? 0) || 0).toFixed(1)} % of the variance`;
  return {
    title: entropyTitle(`Checkpoints by H of their layers, ${caption.sweep}`, caption),
    subtitle: sentences(
      `Principal components of mean H of ${notes.layers.length} layers (nats, centred, not scaled).`,
      ...(notes.category === null ? [] : [`Images of ${notes.category}.`]),
      ...notes.left_out,
      ...(caption.also ?? []),
    ),
    xLabel: axis(0),
    yLabel: axis(1),
    colorLabel: notes.by === 'run' ? 'training' : notes.by,
    points,
  };
}
