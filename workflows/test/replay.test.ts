import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, expect, it } from 'vitest';
import { jsonLogger } from '../src/worker/worker-log.ts';

// Histories of sweeps that really ran (record-histories.mjs). Workflow code that would take other steps than they hold
// cannot go on with sweeps that run while it is deployed: such a change needs patched().

const folder = new URL('histories/', import.meta.url);
const workflowBundle = { codePath: fileURLToPath(new URL('../dist/workflow-bundle.js', import.meta.url)) };

interface RecordedHistory {
  readonly workflowId: string;
  readonly history: {
    readonly events: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[];
  };
}

function recorded(name: string): RecordedHistory {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as RecordedHistory;
}

function replay({ workflowId, history }: RecordedHistory): Promise<void> {
  return Worker.runReplayHistory({ workflowBundle }, history, workflowId);
}

beforeAll(() => void Runtime.install({ logger: jsonLogger('ERROR') }));

it.each(readdirSync(folder))(
  'replays the recorded history %s',
  async (name) => {
    await expect(replay(recorded(name))).resolves.toBeUndefined();
  },
  60_000,
);

it('refuses a history that was tampered with', async () => {
  const tampered = recorded('checkpoint.json');
  const scheduled = tampered.history.events.find((event) => event.activityTaskScheduledEventAttributes);
  if (scheduled?.activityTaskScheduledEventAttributes === undefined) throw new Error('no activity');
  scheduled.activityTaskScheduledEventAttributes.activityType.name = 'anotherActivity';
  await expect(replay(tampered)).rejects.toBeInstanceOf(DeterminismViolationError);
}, 60_000);
