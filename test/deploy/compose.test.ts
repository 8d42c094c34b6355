import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { WorkerMetrics } from '../../workflows/src/worker/worker-metrics.js';
import { composeConfigPath, pythonTool, refusal, root, run } from './tools.js';

const folder = join(root, 'infra', 'compose');
const file = join(folder, 'compose.yaml');
const secrets = { POSTGRES_PASSWORD: 'p', S3_ACCESS_KEY_ID: 'i', S3_SECRET_ACCESS_KEY: 's' };

interface Service {
  readonly image: string;
  readonly command: readonly string[] | null;
  readonly stop_grace_period?: string;
  readonly ports?: readonly { readonly host_ip?: string; readonly published: string }[];
  readonly networks?: Record<string, { readonly aliases?: readonly string[] } | null>;
}

let program = '';
beforeAll(() => {
  program = composeConfigPath();
});

function services(profiles: string): Record<string, Service> {
  const text = run(program, [file], { ...secrets, COMPOSE_PROFILES: profiles });
  return (JSON.parse(text) as { services: Record<string, Service> }).services;
}

const always = [
  ...['bucket', 'extract', 'measure', 'postgresql'],
  ...['temporal', 'temporal-namespace', 'temporal-schema', 'temporal-ui'],
];

it.each([
  ['minio', ['minio']],
  ['seaweedfs', ['seaweedfs']],
  ['minio,metrics', ['grafana', 'minio', 'prometheus']],
  ['seaweedfs,cli', ['cli', 'seaweedfs']],
])('loads with the profiles %s', (profiles, more) => {
  expect(Object.keys(services(profiles)).sort()).toEqual([...always, ...more].sort());
});

it('reaches either S3 server by the same name', () => {
  const both = services('minio,seaweedfs');
  for (const name of ['minio', 'seaweedfs']) {
    expect(both[name]?.networks?.['default']?.aliases).toEqual(['s3']);
  }
});

it.each(Object.keys(secrets))('does not start without %s', (name) => {
  expect(refusal(program, [file], { ...secrets, [name]: '' })).toContain(name);
});

it('pins every image that is not built here, and MinIO by its digest', () => {
  for (const [name, { image }] of Object.entries(services('minio,seaweedfs,metrics'))) {
    if (image === 'unitscope') continue;
    expect(image, name).toMatch(/:[A-Za-z]*\.?v?\d+[\d.-]/);
  }
  expect(services('minio')['minio']?.image).toMatch(/@sha256:[0-9a-f]{64}$/);
});

it('publishes ports on loopback unless told otherwise', () => {
  for (const [name, { ports = [] }] of Object.entries(services('minio,seaweedfs,metrics'))) {
    for (const port of ports) expect(port.host_ip, name).toBe('127.0.0.1');
  }
});

it('gives a worker longer to end than it gives its tasks, and no option that it does not have', () => {
  const help = run(process.execPath, [
    join(root, 'apps', 'cli', 'bin', 'unitscope.js'),
    ...['worker', '--help'],
  ]);
  const { extract, measure } = services('minio');
  for (const worker of [extract, measure]) {
    expect(worker?.command).toContain('--grace=60');
    expect(worker?.stop_grace_period).toBe('1m20s');
    for (const option of worker?.command?.slice(1) ?? []) {
      expect(help).toContain(`${option.split('=', 1)[0] ?? ''} <`);
    }
  }
});

/** What a worker has, without what Temporal's SDK counts. */
async function workerMetrics(): Promise<string> {
  const metrics = new WorkerMetrics({ version: '1', semantics: '1', node: '22', arch: 'x64' });
  metrics.limitMemory(1);
  return await metrics.text();
}

/** Of Temporal's SDK: test/servers/temporal/temporal-observability.test.ts finds them at a worker. */
const SDK = [
  'temporal_worker_task_slots_available',
  'temporal_activity_schedule_to_start_latency_seconds_bucket',
  'temporal_sticky_cache_size',
];

function metricsIn(expressions: readonly string[]): string[] {
  return expressions.flatMap((expr) => expr.match(/\b(?:unitscope|process|nodejs|temporal)_\w+/g) ?? []);
}

function expectKnown(names: readonly string[], metrics: string): void {
  for (const name of names) {
    if (!SDK.includes(name)) expect(metrics).toContain(`# TYPE ${name.replace(/_bucket$/, '')} `);
  }
}

it('draws no metric that a worker does not have', async () => {
  const dashboard = readFileSync(join(folder, 'grafana', 'dashboards', 'unitscope.json'), 'utf8');
  const panels = (JSON.parse(dashboard) as { panels: { targets: { expr: string }[] }[] }).panels;
  const drawn = metricsIn(panels.flatMap(({ targets }) => targets).map(({ expr }) => expr));
  expect(drawn.length).toBeGreaterThanOrEqual(panels.length);
  expectKnown(drawn, await workerMetrics());
});

interface Alerts {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}

it('alerts by expressions that Prometheus reads, over metrics that a worker has, each with a section of the runbook', async () => {
  const text = readFileSync(join(root, 'infra', 'helm', 'unitscope', 'files', 'alerts.yaml'), 'utf8');
  const rules = (parse(text) as Alerts).groups.flatMap((group) => group.rules);
  const read =
    'import promql_parser, json, sys; [promql_parser.parse(text) for text in json.load(sys.stdin)]';
  execFileSync(pythonTool('python'), ['-c', read], { input: JSON.stringify(rules.map(({ expr }) => expr)) });
  expectKnown(metricsIn(rules.map(({ expr }) => expr)), await workerMetrics());
  const runbook = readFileSync(join(root, 'docs', 'runbook.md'), 'utf8');
  const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(sections).toEqual(rules.map(({ alert }) => alert));
});
