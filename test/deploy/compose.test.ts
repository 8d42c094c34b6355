import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { WorkerMetrics } from '../../workflows/src/worker-metrics.js';
import { composeConfigPath, refusal, root, run } from './tools.js';

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

it('draws no metric that a worker does not have', async () => {
  const metrics = await new WorkerMetrics().text();
  const dashboard = readFileSync(join(folder, 'grafana', 'dashboards', 'unitscope.json'), 'utf8');
  const panels = (JSON.parse(dashboard) as { panels: { targets: { expr: string }[] }[] }).panels;
  const drawn = panels
    .flatMap(({ targets }) => targets)
    .flatMap(({ expr }) => expr.match(/\b(?:unitscope|process|nodejs)_\w+/g) ?? []);
  expect(drawn.length).toBeGreaterThanOrEqual(panels.length);
  for (const name of drawn) expect(metrics).toContain(`# TYPE ${name.replace(/_bucket$/, '')} `);
});
