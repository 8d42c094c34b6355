import type { SweepProgressReport } from '../messages/messages.js';

/** How far a sweep is, in a line for people who look at Temporal's page. */
export function sweepDetails(
  sweep: string,
  { state, checkpoints, cells }: Pick<SweepProgressReport, 'state' | 'checkpoints' | 'cells'>,
): string {
  const failed = cells.failed === 0 ? '' : `, ${cells.failed} failed`;
  return (
    `sweep ${sweep}: ${state}, ${checkpoints.done} of ${checkpoints.total} checkpoints, ` +
    `${cells.done} of ${cells.total} cells${failed}`
  );
}
