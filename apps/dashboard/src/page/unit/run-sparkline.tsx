import type { UnitRuns } from '@unitscope/dashboard';
import { isLogarithmic } from '@unitscope/entropy';
import { setQuery } from '../address.js';
import { counted, figure } from '../figures.js';

const [WIDTH, HEIGHT, SIDE, TOP] = [280, 84, 8, 8];
const BOTTOM = 20;

type Point = UnitRuns['runs'][number]['points'][number];

interface Props {
  readonly runs: UnitRuns;
  readonly run: string | null;
  readonly checkpoint: string;
}

/** H of the unit over the checkpoints, a line a training; the one that is looked at stands out. */
export function RunSparkline({ runs: { runs, axis, trainings, checkpoints }, run, checkpoint }: Props) {
  const all = runs.flatMap(({ points }) => points);
  const known = all.flatMap(({ entropy }) => entropy ?? []);
  if (all.length < 2 || known.length === 0) return null;
  const wide = axis !== null && isLogarithmic(all.map(({ step }) => step));
  const scale = (step: number): number => (wide ? Math.log2(1 + step) : step);
  const steps = all.map(({ step }) => scale(step));
  const [from, to] = [Math.min(...steps), Math.max(...steps)];
  const most = Math.max(...known, 1e-9);
  const x = (step: number): number =>
    SIDE + ((WIDTH - 2 * SIDE) * (scale(step) - from)) / Math.max(1e-9, to - from);
  const y = (entropy: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - entropy / most);
  const own = runs.find((one) => one.run === run) ?? runs[0];
  const behind = runs.filter((one) => one !== own);
  const words = wordsOf(most, all.length, checkpoints, trainings, own);
  const ends = [own?.points[0], own?.points.at(-1)].map((point) => placeName(point, axis));
  return (
    <figure class="small-chart" data-chart="path">
      <figcaption>
        H over the checkpoints <span class="note">{words}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`H of the unit over ${counted(own?.points.length ?? 0, 'checkpoint')}, from ${figure(own?.points[0]?.entropy, 2)} to ${figure(own?.points.at(-1)?.entropy, 2)}`}
      >
        <path class="axis" d={`M${SIDE},${y(0)}H${WIDTH - SIDE}`} />
        {behind.map((one) => (
          <path key={one.run} class="other-run" d={lineOf(one.points, x, y)} />
        ))}
        {own !== undefined && <path class="own-run" d={lineOf(own.points, x, y)} />}
        {own?.points.map(({ checkpoint: label, step, entropy }) =>
          entropy === null ? null : (
            <circle
              key={label}
              class={label === checkpoint ? 'here' : 'point'}
              cx={x(step)}
              cy={y(entropy)}
              r={label === checkpoint ? 4 : 2.5}
              onClick={() => setQuery({ checkpoint: label })}
            >
              <title>{`${label}: H ${figure(entropy, 3)}`}</title>
            </circle>
          ),
        )}
        <text x={SIDE} y={HEIGHT - 6}>
          {ends[0]}
        </text>
        <text x={WIDTH - SIDE} y={HEIGHT - 6} text-anchor="end">
          {ends[1]}
        </text>
      </svg>
    </figure>
  );
}

/** Labels of checkpoints hold the whole training: where an axis places them, its value is shorter. */
function placeName(point: Point | undefined, axis: string | null): string {
  if (point === undefined) return '';
  return axis === null ? point.checkpoint : `${axis} ${point.step}`;
}

/** Where the unit has no H the line is broken. */
function lineOf(
  points: readonly Point[],
  x: (step: number) => number,
  y: (entropy: number) => number,
): string {
  let open = false;
  return points
    .map(({ step, entropy }) => {
      if (entropy === null) {
        open = false;
        return '';
      }
      const part = `${open ? 'L' : 'M'}${x(step).toFixed(1)},${y(entropy).toFixed(1)}`;
      open = true;
      return part;
    })
    .join('');
}

function wordsOf(
  most: number,
  shown: number,
  checkpoints: number,
  trainings: number,
  own: UnitRuns['runs'][number] | undefined,
): string {
  const gaps = own?.points.some(({ entropy }) => entropy === null) === true;
  return [
    `0 to ${figure(most, 2)} nats`,
    ...(shown < checkpoints ? [`${shown} of ${counted(checkpoints, 'checkpoint')}`] : []),
    ...(trainings > 1
      ? [`${counted(trainings, 'training')}, this one strong; a number is another unit in each`]
      : []),
    ...(gaps ? ['a gap: not sensitive there'] : []),
  ].join('; ');
}
