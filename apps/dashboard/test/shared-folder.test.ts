import { expect, test } from 'vitest';
import { sharedFolder } from '../src/page/shared-folder.ts';

test.each([
  [['run/seed-1/step-0', 'run/seed-1/step-10'], 'run/seed-1/'],
  [['run/seed-1/step-0', 'run/seed-2/step-0'], 'run/'],
  [['a/step-0', 'b/step-0'], ''],
  [['step-0', 'step-10'], ''],
  [['run/step-0'], ''],
  [['run/1', 'run'], ''],
  [[], ''],
])('of %j all begin with %j', (labels, folder) => {
  expect(sharedFolder(labels)).toBe(folder);
});
