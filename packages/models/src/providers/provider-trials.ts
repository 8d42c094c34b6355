import { spawn } from 'node:child_process';
import { packageFolder } from '@unitscope/process';
import { PROVIDERS, type Provider } from '@unitscope/plan';
import { BackendMissingError } from '../errors.js';
import { tinyNetwork } from '../onnx/tiny-network.js';

/**
 * What a trial runs. A provider that the library was not built with is left out by onnxruntime-node without an error, so
 * that it has to be asked for its list.
 */
const TRIAL = `
const [folder, provider, model] = process.argv.slice(1);
const onnxruntime = require(folder);
(async () => {
  if (!onnxruntime.listSupportedBackends().some(({ name }) => name === provider)) return 'not in this build of onnxruntime-node';
  const options = { executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'], logSeverityLevel: 4 };
  const session = await onnxruntime.InferenceSession.create(Buffer.from(model, 'base64'), options);
  await session.run({ x: new onnxruntime.Tensor('float32', new Float32Array(196).fill(1), [1, 1, 14, 14]) });
  return null;
})().catch((error) => String(error.message)).then((problem) => process.send({ problem }, () => process.exit()));
`;

/** How long a driver may take to start. */
const TRIAL_MS = 60_000;

/**
 * Why an execution provider does not run here; null where it does. Tried in a process of its own, since drivers print and may
 * crash.
 */
export function providerProblem(provider: Provider): Promise<string | null> {
  const args = [packageFolder('onnxruntime-node'), provider, Buffer.from(tinyNetwork()).toString('base64')];
  const child = spawn(process.execPath, ['-e', TRIAL, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    timeout: TRIAL_MS,
  });
  return new Promise((resolve) => {
    child.on('message', ({ problem }: { problem: string | null }) => resolve(problem && shortened(problem)));
    child.on('error', ({ message }) => resolve(message));
    child.on('exit', (code, signal) => resolve(`its trial ended with ${signal ?? `exit code ${code ?? 0}`}`));
  });
}

/** Messages of onnxruntime begin with a place in its sources. */
function shortened(problem: string): string {
  const [line = ''] = problem.split('\n');
  return line.replace(/^.* was false\. /, '');
}

/** What this machine says of every provider. */
export async function tryProviders(): Promise<ReadonlyMap<Provider, string | null>> {
  const problems = new Map<Provider, string | null>();
  for (const provider of PROVIDERS) problems.set(provider, await providerProblem(provider));
  return problems;
}

const tried = new Map<Provider, Promise<string | null>>();

/** Throws BackendMissingError, which names what is there, where a provider does not run on this machine. */
export async function refuseAbsentProviders(providers: readonly Provider[]): Promise<void> {
  for (const provider of providers) {
    // Without it there is no onnxruntime, which says so itself.
    if (provider === 'cpu') continue;
    let problem = tried.get(provider);
    if (problem === undefined) tried.set(provider, (problem = providerProblem(provider)));
    const found = await problem;
    if (found === null) continue;
    const there = [...(await tryProviders())].filter(([, other]) => other === null).map(([name]) => name);
    throw new BackendMissingError(
      `providers: '${provider}' does not run here (${found}); there is: ${there.join(', ')} (\`unitscope doctor\` lists them)`,
    );
  }
}
