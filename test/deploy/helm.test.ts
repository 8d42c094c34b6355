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
  const versioned = ['workerDeployment.name=a', 'workerDeployment.buildId=b'];
  for (const { spec } of ofKind(render('self-hosted.yaml', ...versioned), 'Deployment')) {
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

interface PodSpec {
  readonly containers: readonly [
    { readonly args: readonly string[]; readonly volumeMounts: readonly unknown[] },
  ];
  readonly volumes: readonly { readonly name: string }[];
  readonly topologySpreadConstraints?: readonly {
    readonly topologyKey: string;
    readonly labelSelector: { readonly matchLabels: Record<string, string> };
  }[];
}

function podOf({ kind, spec }: Manifest): PodSpec {
  const job = kind === 'CronJob' ? (spec['jobTemplate'] as { spec: unknown }).spec : spec;
  return (job as { template: { spec: PodSpec } }).template.spec;
}

it('spreads the pods of one role over zones and nodes, and adds what is asked for', () => {
  const constraint = 'extract.topologySpread.constraints[0].topologyKey=rack';
  for (const deployment of ofKind(render('self-hosted.yaml', constraint), 'Deployment')) {
    const role = deployment.metadata.name.replace('unitscope-', '');
    const spread = podOf(deployment).topologySpreadConstraints ?? [];
    const keys = ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'];
    expect(spread.map(({ topologyKey }) => topologyKey)).toEqual(
      role === 'extract' ? [...keys, 'rack'] : keys,
    );
    expect(spread[0]?.labelSelector.matchLabels['app.kubernetes.io/component']).toBe(role);
  }
});

it('replaces pods as `strategy` says', () => {
  const settings = ['measure.strategy.type=Recreate', 'measure.strategy.rollingUpdate=null'];
  const strategies = ofKind(render('self-hosted.yaml', ...settings), 'Deployment').map(
    ({ spec }) => spec['strategy'],
  );
  expect(strategies).toEqual([
    { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } },
    { type: 'Recreate' },
  ]);
});

it('opens the ports of Temporal and S3 as their addresses name them, and no other', () => {
  const ports = (...settings: string[]): unknown[] => {
    const [policy] = ofKind(render('whole-cluster.yaml', ...settings), 'NetworkPolicy');
    const { egress } = policy?.spec as { egress: { ports: { port: number }[] }[] };
    return egress.flatMap((rule) => rule.ports.map(({ port }) => port));
  };
  expect(ports()).toEqual([53, 53, 7233, 9000]);
  expect(ports('s3.endpoint=http://s3.example.com/')).toEqual([53, 53, 7233, 80]);
  expect(ports('s3.endpoint=', 's3.existingSecret=')).toEqual([53, 53, 7233, 443, 80]);
});

it('trusts the bundle of authorities in every pod, for Temporal only where told', () => {
  const variables = (...settings: string[]): Record<string, string> => {
    const [map] = ofKind(render('whole-cluster.yaml', ...settings), 'ConfigMap');
    return (map as unknown as { data: Record<string, string> }).data;
  };
  const path = '/etc/unitscope/ca/ca.crt';
  expect(variables()['NODE_EXTRA_CA_CERTS']).toBe(path);
  expect(variables()['TEMPORAL_TLS_SERVER_CA_CERT_PATH']).toBeUndefined();
  expect(variables('caBundle.temporal=true')['TEMPORAL_TLS_SERVER_CA_CERT_PATH']).toBe(path);
  const pods = render('whole-cluster.yaml').filter(({ kind }) => /Deployment|Job/.test(kind));
  expect(pods).toHaveLength(5);
  for (const pod of pods) expect(podOf(pod).volumes.map(({ name }) => name)).toContain('ca-bundle');
});

it('launches a sweep by a job that is another where its spec, store or window is another', () => {
  const name = (...settings: string[]): string | undefined =>
    ofKind(render('whole-cluster.yaml', ...settings), 'Job')[0]?.metadata.name;
  const names = [[], ['launch.store=s3://runs/other'], ['launch.window=5'], ['launch.spec=name: a']];
  expect(new Set(names.map((settings) => name(...settings))).size).toBe(4);
  expect(name()).toBe(name());
});

it('runs gc and verify for each store by the clock', () => {
  const stores = ['gc.stores[0]=s3://a', 'gc.stores[1]=s3://b/c'];
  const jobs = ofKind(render('whole-cluster.yaml', ...stores), 'CronJob');
  expect(jobs.map((job) => podOf(job).containers[0].args)).toEqual([
    ['gc', '--store=s3://a'],
    ['gc', '--store=s3://b/c'],
    ['verify', '--store=s3://unitscope/runs'],
  ]);
  expect(new Set(jobs.map(({ metadata }) => metadata.name)).size).toBe(3);
});

it('passes no option to a job that its command does not have', () => {
  for (const job of render('whole-cluster.yaml').filter(({ kind }) => /Job/.test(kind))) {
    const [command = '', ...args] = podOf(job).containers[0].args;
    const help = run(process.execPath, [join(root, 'apps', 'cli', 'bin', 'unitscope.js'), command, '--help']);
    for (const option of args.filter((arg) => arg.startsWith('--'))) {
      expect(help).toContain(option.split('=', 1)[0]);
    }
  }
});

it('names the stores that workers serve, and the worker deployment that they are of, where they are given', () => {
  const rendered = (...settings: string[]): { stores: unknown; args: readonly string[] } => {
    const manifests = render('self-hosted.yaml', ...settings);
    const [map] = ofKind(manifests, 'ConfigMap');
    const [deployment] = ofKind(manifests, 'Deployment');
    const { UNITSCOPE_STORES: stores } = (map as unknown as { data: Record<string, string> }).data;
    return { stores, args: deployment === undefined ? [] : podOf(deployment).containers[0].args };
  };
  const plain = rendered();
  expect(plain.stores).toBeUndefined();
  expect(plain.args.filter((arg) => /deployment|build-id/.test(arg))).toEqual([]);
  expect(rendered('stores[0]=s3://a', 'stores[1]=s3://b/c').stores).toBe('s3://a s3://b/c');
  const { args } = rendered('workerDeployment.name=unitscope', 'workerDeployment.buildId=0.3.0');
  expect(args).toEqual(expect.arrayContaining(['--deployment=unitscope', '--build-id=0.3.0']));
  expect(rendered('workerDeployment.name=unitscope').args.join(' ')).not.toContain('--build-id');
});

it('launches nothing into a store that its workers do not serve', () => {
  const launched = (store: string): number => {
    const settings = ['stores[0]=s3://unitscope/runs', `launch.store=${store}`];
    return ofKind(render('whole-cluster.yaml', ...settings), 'Job').length;
  };
  expect(launched('s3://unitscope/runs')).toBe(1);
  expect(launched('s3://unitscope/runs/mine')).toBe(1);
  expect(() => launched('s3://unitscope/runs-of-others')).toThrow(/launch\.store: .* none of the stores/);
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
  ['gc.stores[0]=/data', '/gc/stores/0'],
  ['stores[0]=file:///data', '/stores/0'],
  ['workerDeployment.name=a.b', '/workerDeployment/name'],
  ['workerDeployment.buildId=v1', 'workerDeployment.name'],
  ['gc.schedule=hourly', '/gc/schedule'],
  ['launch.enabled=true,launch.store=file:///data', '/launch/store'],
  ['launch.enabled=true,launch.store=s3://a', 'launch.spec'],
  ['extract.extraVolumes[0].name=cache', '/extract/extraVolumes/0'],
  ['caBundle.configMap=a,caBundle.secret=b', 'not both'],
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
