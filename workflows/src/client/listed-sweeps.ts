import type { WorkflowClient, WorkflowExecutionInfo, WorkflowStartOptions } from '@temporalio/client';
import type { SweepMemo } from '../messages/messages.js';
import { sweepMemoSchema } from '../messages/payload-schemas.js';
import type { sweepWorkflow } from '../workflows/sweep-workflow.js';
import {
  ALL_SWEEPS,
  lacksAttributes,
  narrowQuery,
  sweepAttributes,
  type WantedSweeps,
} from './search-attributes.js';
import { sweepWorkflowId } from './sweep-workflow-id.js';

/** Executions of a page of a list. */
const PAGE = 100;

export interface SweepListing extends SweepMemo {
  readonly workflowId: string;
  readonly state: string;
  readonly started: Date;
  readonly ended: Date | null;
}

/** The sweeps of a namespace, by the search attributes where it has them. */
export class ListedSweeps {
  readonly #workflows: WorkflowClient;
  /** Whether the namespace has the search attributes; true until the server says otherwise. */
  #hasAttributes = true;

  constructor(workflows: WorkflowClient) {
    this.#workflows = workflows;
  }

  /** Starts a sweep, with the search attributes, where the namespace has them. */
  async start(options: WorkflowStartOptions<typeof sweepWorkflow>, memo: SweepMemo): Promise<void> {
    if (this.#hasAttributes) {
      try {
        const typedSearchAttributes = sweepAttributes(memo);
        await this.#workflows.start<typeof sweepWorkflow>('sweepWorkflow', {
          ...options,
          typedSearchAttributes,
        });
        return;
      } catch (error) {
        if (!lacksAttributes(error)) throw error;
        this.#hasAttributes = false;
      }
    }
    await this.#workflows.start<typeof sweepWorkflow>('sweepWorkflow', options);
  }

  /** As they were started, the latest first: all, those of a name, or those in a store; at most so many. */
  async list(wanted: WantedSweeps & { readonly most?: number | undefined } = {}): Promise<SweepListing[]> {
    const { most = Infinity } = wanted;
    const sweeps: SweepListing[] = [];
    for await (const info of this.#executions(wanted)) {
      if (sweeps.length >= most) break;
      const listing = listingOf(info);
      if (listing === null) continue;
      if (wanted.sweep !== undefined && listing.sweep !== wanted.sweep) continue;
      if (wanted.store !== undefined && listing.store !== wanted.store) continue;
      sweeps.push(listing);
    }
    return sweeps;
  }

  /** How many run or ran, and how many run. */
  async count(): Promise<{ all: number; running: number }> {
    const [all, running] = await Promise.all(
      [ALL_SWEEPS, `${ALL_SWEEPS} AND ExecutionStatus = 'Running'`].map((query) =>
        this.#workflows.count(query),
      ),
    );
    return { all: all?.count ?? 0, running: running?.count ?? 0 };
  }

  async *#executions(wanted: WantedSweeps): AsyncGenerator<WorkflowExecutionInfo> {
    const query = narrowQuery(wanted);
    if (query !== null && this.#hasAttributes) {
      try {
        yield* this.#workflows.list({ query, pageSize: PAGE });
        return;
      } catch (error) {
        if (!lacksAttributes(error)) throw error; // said of the first page: nothing was told yet
        this.#hasAttributes = false;
      }
    }
    yield* this.#workflows.list({ query: ALL_SWEEPS, pageSize: PAGE });
  }
}

/** Any client may start a workflow of this type: one whose memo is not ours, or not of its id, is no sweep. */
function listingOf({
  memo,
  workflowId,
  status,
  startTime,
  closeTime,
}: WorkflowExecutionInfo): SweepListing | null {
  const known = sweepMemoSchema.safeParse(memo ?? {}).data;
  if (known === undefined || workflowId !== sweepWorkflowId(known)) return null;
  const { sweep, store, content } = known;
  const state = status.name.toLowerCase();
  return { sweep, store, content, workflowId, state, started: startTime, ended: closeTime ?? null };
}
