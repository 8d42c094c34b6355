import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { beforeAll, expect, it } from 'vitest';
import { taskQueues } from '@unitscope/workflows';
import { customResourceFiles, helmPath, pythonTool, refusal, root, run } from './tools.js';

const chart = join(root, 'infra', 'helm', 'unitscope');
const folder = join(root, 'infra', 'helm', 'values');
const examples = readdirSync(folder);
/** The oldest Kubernetes of Chart.yaml, and the latest whose schemas are there. */
const KUBERNETES = ['1.27', '1.37'];

let helm = '';
let customResources: string[] = [];
let python = '';
beforeAll(() => {
  helm = helmPath();
  python = pythonTool('python');
  customResources = customResourceFiles();
});

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Record<string, unknown>;
}

function template(values: string, ...settings: string[]): string {
  return run(helm, [
    ...['template', 'unitscope', chart, '--kube-version', '1.33.0', '--namespace', 'research'],
    ...['--values', join(folder, values), ...settings.flatMap((setting) => ['--set', setting])],
  ]);
}

function render(values: string, ...settings: string[]): Manifest[] {
  return parseAllDocuments(template(values, ...settings)).map((document) => document.toJS() as Manifest);
}

function ofKind(manifests: readonly Manifest[], kind: string): Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

it.each(examples)('lints with the values of %s', (values) => {
  const said = run(helm, [
    ...['lint', '--strict', '--quiet', '--kube-version', '1.33.0', chart, '--values', join(folder, values)],
  ]);
  expect(said).not.toMatch(/WARNING|ERROR/);
});

it.each(examples.flatMap((values) => KUBERNETES.map((version) => [values, version])))(
  'renders of %s what Kubernetes %s, KEDA and the Prometheus Operator accept',
  (values, version) => {
    const checked = execFileSync(
      python,
      [join(import.meta.dirname, 'check_manifests.py'), version, ...customResources],
      { encoding: 'utf8', input: template(values) },
    );
    expect(checked.trim().split('\n').sort()).toEqual(
      render(values)
        .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
        .sort(),
    );
  },
);

it('refuses a field that Kubernetes does not know', () => {
  const manifest = template('self-hosted.yaml').replace(
    'terminationGracePeriodSeconds',
    'terminationGraceSeconds',
  );
  expect(() =>
    execFileSync(python, [join(import.meta.dirname, 'check_manifests.py'), '1.37', ...customResources], {
      input: manifest,
      stdio: 'pipe',
    }),
  ).toThrow(/terminationGraceSeconds/);
});

interface PodTemplate {
  readonly template: {
    readonly spec: {
      readonly terminationGracePeriodSeconds: number;
      readonly containers: readonly { readonly args: readonly string[] }[];
    };
  };
}

it('gives a pod longer to end than its worker gives its tasks', () => {
  const deployments = ofKind(render('self-hosted.yaml', 'graceSeconds=100'), 'Deployment');
  expect(deployments).toHaveLength(2);
  for (const { spec } of deployments) {
    const pod = (spec as unknown as PodTemplate).template.spec;
    expect(pod.terminationGracePeriodSeconds).toBe(120);
    expect(pod.containers[0]?.args).toContain('--grace=100');
  }
});

it('passes no option that `unitscope worker` does not have', () => {
  const help = run(process.execPath, [
    join(root, 'apps', 'cli', 'bin', 'unitscope.js'),
    ...['worker', '--help'],
  ]);
  for (const { spec } of ofKind(render('self-hosted.yaml'), 'Deployment')) {
    const [command, ...options] = (spec as unknown as PodTemplate).template.spec.containers[0]?.args ?? [];
    expect(command).toBe('worker');
    for (const option of options) expect(help).toContain(`${option.split('=', 1)[0] ?? ''} <`);
  }
});

interface Triggers {
  readonly triggers: readonly { readonly metadata: { readonly taskQueue: string } }[];
}

it('scales by the task queues that the workflows use', () => {
  const queues = ofKind(render('temporal-cloud-api-key.yaml'), 'ScaledObject').map(
    ({ metadata: { name }, spec }) => [
      name,
      (spec as unknown as Triggers).triggers.map(({ metadata }) => metadata.taskQueue),
    ],
  );
  expect(Object.fromEntries(queues)).toEqual({
    'unitscope-extract': [taskQueues.extract],
    'unitscope-measure': [taskQueues.measure, taskQueues.sweep],
  });
});

it('leaves the number of pods to the autoscaler where there is one', () => {
  const replicas = (values: string, ...settings: string[]): unknown[] =>
    ofKind(render(values, ...settings), 'Deployment').map(({ spec }) => spec['replicas']);
  expect(replicas('self-hosted.yaml')).toEqual([undefined, undefined]);
  expect(replicas('measure-only.yaml')).toEqual([6]);
  expect(
    ofKind(render('self-hosted.yaml', 'extract.autoscaling.minReplicas=0'), 'HorizontalPodAutoscaler')[0]
      ?.spec['minReplicas'],
  ).toBe(1);
});

it('names Secrets and makes none', () => {
  for (const values of examples) expect(ofKind(render(values), 'Secret')).toEqual([]);
});

it.each([
  ['s3.endpoint=http://id:key@s3', '/s3/endpoint'],
  ['temporal.address=https://temporal:7233', '/temporal/address'],
  ['image.repository=', '/image/repository'],
  ['measure.threads=0', '/measure/threads'],
  ['measure.autoscaling.kind=vpa', '/measure/autoscaling/kind'],
  ['measure.replica=3', 'replica'],
  ['s3.secretAccessKey=abc', 'secretAccessKey'],
  ['measure.env[0].name=AWS_SECRET_ACCESS_KEY,measure.env[0].value=abc', '/measure/env/0'],
])('refuses %s', (setting, place) => {
  const said = refusal(helm, [
    ...['template', 'unitscope', chart, '--kube-version', '1.33.0'],
    ...['--values', join(folder, 'self-hosted.yaml'), '--set', setting],
  ]);
  expect(said).toContain(place);
});

it('refuses what KEDA cannot do: TLS with neither an API key nor a certificate', () => {
  const said = refusal(helm, [
    ...['template', 'unitscope', chart, '--kube-version', '1.33.0'],
    ...['--values', join(folder, 'self-hosted.yaml')],
    ...['--set', 'temporal.tls.enabled=true,measure.autoscaling.kind=keda'],
  ]);
  expect(said).toContain('autoscaling.kind to hpa');
});
