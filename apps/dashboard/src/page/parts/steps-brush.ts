import { setQuery, useAddress } from '../address.js';
import type { Brush } from '../marks/brush.js';
import { rangeText, readRange, type Range } from '../range.js';

/** The part of the axis that is shown, in the address. */
const STEPS = 'steps';

interface Steps {
  /** Those that the address asks for; null: all. */
  readonly steps: Range | null;
  /** Shows the steps between alone. */
  readonly brush: Brush;
}

/** Which steps a chart over the checkpoints shows, and the brush that chooses them. */
export function useSteps(): Steps {
  const asked = useAddress().query.get(STEPS);
  return {
    steps: readRange(asked),
    brush: {
      axes: 'x',
      does: 'the steps between are shown alone',
      onBrush: ({ rows }) => {
        const steps = rows.map(({ step }) => Number(step));
        if (steps.length > 0)
          setQuery({ [STEPS]: rangeText({ from: Math.min(...steps), to: Math.max(...steps) }) });
      },
      onReset: asked === null ? null : () => setQuery({ [STEPS]: null }),
    },
  };
}
