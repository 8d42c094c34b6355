import { RANKINGS } from '@unitscope/entropy';

/** What decides the order in which units are ablated: a ranking, or chance. */
export const ABLATION_RANKINGS = [...RANKINGS, 'random'] as const;
export type AblationRanking = (typeof ABLATION_RANKINGS)[number];

/** forward: the most important unit first; reverse: the least important first. */
export type Direction = 'forward' | 'reverse';
