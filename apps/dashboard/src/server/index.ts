export { startDashboard, type Dashboard, type DashboardOptions } from './dashboard.js';
export { DashboardAddressError, RequestRefusedError, ResultsUnavailableError } from './errors.js';
export type { BoardReply } from './request-handler.js';
export type { SweepAction, SweepCard } from './sweep-board.js';
export type { Outline } from './views/outline.js';
export type { UnitCard, UnitCategory, UnitRuns } from './views/unit-card.js';
export type { ChangesAnswer, TrainingsAnswer } from './views/trainings.js';
export type { FailureRow, SweepState } from '@unitscope/tasks';
