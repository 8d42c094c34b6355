// Bundles the workflow code once, so that a worker starts without webpack; the bundle is shipped beside the host.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const nothing = () => undefined;
const quiet = {
  ...{ log: nothing, trace: nothing, debug: nothing, info: nothing },
  ...{ warn: console.warn, error: console.error },
};
const { resolve } = createRequire(import.meta.url);

/** @param {string} name of the file in dist @param {string[]} workflowInterceptorModules */
async function write(name, workflowInterceptorModules) {
  const workflowsPath = fileURLToPath(new URL('dist/workflows/index.js', import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger: quiet });
  writeFileSync(new URL(`dist/${name}`, import.meta.url), code);
}

await write('workflow-bundle.js', []);
// For workers that send spans.
await write('workflow-bundle-traced.js', [
  resolve('@temporalio/interceptors-opentelemetry/lib/workflow-interceptors'),
]);
