import type { UnitCard } from '@unitscope/dashboard';
import type { ViewProps } from '../settings.js';

/** What the parts of a unit's page are given. */
export interface UnitPartProps extends ViewProps {
  readonly card: UnitCard;
  /** What asks the server for this unit at this checkpoint. */
  readonly query: Readonly<Record<string, string>>;
}
