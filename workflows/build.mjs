// Bundles the workflow code once, so that a worker starts without webpack; the bundle is shipped beside the host.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const logger = Object.fromEntries(['log', 'trace', 'debug', 'info'].map((level) => [level, () => undefined]));
const { code } = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('dist/workflows/index.js', import.meta.url)),
  logger: { ...logger, warn: console.warn, error: console.error },
});
writeFileSync(new URL('dist/workflow-bundle.js', import.meta.url), code);
