import { sleep, startChild, workflowInfo, type ChildWorkflowHandle } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { CheckpointPlan, Pace, Scope, SweepRef } from '../messages/messages.js';
import { checkpointWorkflow } from './checkpoint-workflow.js';

export interface CheckpointStart {
  readonly ref: SweepRef;
  readonly checkpoint: number;
  /** What people call it; undefined where the sweep has forgotten that. */
  readonly name: string | undefined;
  readonly scope: Scope;
  readonly pace: Pace;
  /** The plan that checkpoints share; undefined: it asks for its own. */
  readonly plan: CheckpointPlan | undefined;
}

/** Starts the child workflow of a checkpoint, once an earlier one of the same id has stopped. */
export async function startCheckpoint({
  ref,
  checkpoint,
  name,
  scope,
  pace,
  plan,
}: CheckpointStart): Promise<ChildWorkflowHandle<typeof checkpointWorkflow>> {
  const workflowId = `${workflowInfo().workflowId}/checkpoint-${checkpoint}`;
  const input = { ref, checkpoint, scope, pace, ...(plan !== undefined && { plan: named(plan, name) }) };
  for (;;) {
    try {
      return await startChild(checkpointWorkflow, {
        workflowId,
        args: [input],
        staticSummary: summary(checkpoint, name, scope),
      });
    } catch (error) {
      // The child of an execution that was ended by force is still stopping.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await sleep('2s');
    }
  }
}

/** The plan that checkpoints share, with the name of one. */
function named(plan: CheckpointPlan, checkpoint: string | undefined): CheckpointPlan {
  return plan.names === undefined
    ? plan
    : { ...plan, names: { ...plan.names, checkpoint: checkpoint ?? '' } };
}

function summary(checkpoint: number, name: string | undefined, scope: Scope): string {
  const what = `checkpoint ${checkpoint}${name === undefined ? '' : `: ${name}`}`;
  return `${what}${scope === 'all' ? '' : `, ${scope} tasks`}`;
}
