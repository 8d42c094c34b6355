export { startDashboard, type Dashboard, type DashboardOptions } from './dashboard.js';
export { DashboardAddressError, RequestRefusedError, ResultsUnavailableError } from './errors.js';
export type { BoardReply } from './request-handler.js';
export type { SweepAction, SweepCard } from './sweep-card.js';
export type { AblationAnswer } from './views/ablation.js';
export type { Outline } from './views/outline.js';
export type { SilentUnit } from './views/silent-unit.js';
export type { UnitCard, UnitCategory, UnitRuns } from './views/unit-card.js';
export type { ChangesAnswer, TrainingsAnswer } from './views/trainings.js';
export type {
  Annotation,
  FailureRow,
  NoteChange,
  SavedView,
  SweepState,
  VersionedNotes,
} from '@unitscope/tasks';
