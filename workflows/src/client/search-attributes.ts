import { ServiceError } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { SweepMemo } from '../messages/messages.js';

// What a namespace may have beside the memo, so that the server itself looks for sweeps of a name or of a store
// (docs/distributed.md has the command that makes them).
const SWEEP = defineSearchAttributeKey('UnitscopeSweep', 'KEYWORD');
const STORE = defineSearchAttributeKey('UnitscopeStore', 'KEYWORD');

/** What databases of Temporal's visibility keep of a keyword. The memo has the address whole. */
const LONGEST = 255;

/** What is looked for; all where nothing is said. */
export interface WantedSweeps {
  readonly sweep?: string | undefined;
  readonly store?: string | undefined;
}

export function sweepAttributes({ sweep, store }: SweepMemo): SearchAttributePair[] {
  return [
    { key: SWEEP, value: cut(sweep) },
    { key: STORE, value: cut(store) },
  ];
}

/** All executions of sweeps; those that went on as new ones are not counted apart. */
export const ALL_SWEEPS = "WorkflowType = 'sweepWorkflow' AND ExecutionStatus != 'ContinuedAsNew'";

/**
 * A query that may find others too, whose memo then tells them apart: sweeps that were launched before the namespace had the
 * attributes. null: there is nothing to narrow.
 */
export function narrowQuery({ sweep, store }: WantedSweeps): string | null {
  const wanted = [
    ...(sweep === undefined ? [] : [condition(SWEEP.name, sweep)]),
    ...(store === undefined ? [] : [condition(STORE.name, store)]),
  ];
  return wanted.length === 0 ? null : [ALL_SWEEPS, ...wanted].join(' AND ');
}

/** Whether a server says by this that the namespace has no such attributes. */
export function lacksAttributes(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  const said = `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}`;
  return [SWEEP.name, STORE.name].some((name) => said.includes(name));
}

function condition(name: string, value: string): string {
  const text = cut(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `(${name} = '${text}' OR ${name} IS NULL)`;
}

function cut(text: string): string {
  return Array.from(text).slice(0, LONGEST).join('');
}
