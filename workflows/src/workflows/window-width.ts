/** More children at once would make the sweep's history too long before it goes on as a new one. */
const MOST_CHILDREN = 300;
/** Tasks in the queue for each that can be at work: so that nobody waits while the next are sent. */
const SPARE = 1.5;

export interface WidthFacts {
  /** Checkpoints at once, as asked for: of those that fill their lanes. */
  readonly window: number;
  readonly lanes: number;
  /** Tasks of a checkpoint; undefined: many. */
  readonly tasks: number | undefined;
  /** Tasks that all workers do at once; 0: not known, or not to be followed. */
  readonly slots: number;
}

/** How many checkpoints are at work at once: small ones fill few lanes, and many workers want many. */
export function windowWidth({ window, lanes, tasks, slots }: WidthFacts): number {
  const filled = Math.max(1, Math.min(lanes, tasks ?? lanes));
  const wanted = Math.max((window * lanes) / filled, (SPARE * slots) / filled);
  return Math.max(window, Math.min(MOST_CHILDREN, Math.ceil(wanted)));
}
