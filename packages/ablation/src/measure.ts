import { RANKINGS } from '@unitscope/entropy';

/** What decides the order in which units are ablated. */
export const MEASURES = [...RANKINGS, 'random'] as const;
export type Measure = (typeof MEASURES)[number];

/** forward: the most important unit first; reverse: the least important first. */
export type Direction = 'forward' | 'reverse';
