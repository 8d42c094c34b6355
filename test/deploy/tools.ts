import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Validators of infra/, fetched once into .cache/deploy by their pinned versions.

export const root = join(import.meta.dirname, '..', '..');
const cache = join(root, '.cache', 'deploy');
const bin = join(cache, 'bin');
const HELM = 'v3.22.0';
const ACTIONLINT = 'v1.7.7';
const KEDA = 'v2.21.0';
const PROMETHEUS_OPERATOR = 'v0.85.0';

export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  return execFileSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    maxBuffer: 64 << 20,
  });
}

/** What a command that is to fail says. */
export function refusal(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status === 0) throw new Error(`${command} ${args.join(' ')}: expected it to fail, it said ${stdout}`);
  return stderr;
}

/** Path of helm: on PATH, else built from its module. */
export function helmPath(): string {
  if (spawnSync('helm', ['version']).status === 0) return 'helm';
  return built('helm', 'helm.sh/helm/v3/cmd/helm', HELM);
}

/** Path of actionlint, built from its module. */
export function actionlintPath(): string {
  return built('actionlint', 'github.com/rhysd/actionlint/cmd/actionlint', ACTIONLINT);
}

function built(name: string, module: string, version: string): string {
  const path = join(bin, name);
  const stamp = `${path}.version`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return path;
  needsGo();
  run('go', ['install', `${module}@${version}`], { GOBIN: bin });
  writeFileSync(stamp, version);
  return path;
}

/** Path of the program beside this file that loads a compose file as compose does. */
export function composeConfigPath(): string {
  needsGo();
  mkdirSync(bin, { recursive: true });
  const program = join(bin, 'compose-config');
  run('go', ['-C', join(import.meta.dirname, 'compose-config'), 'build', '-o', program, '.']);
  return program;
}

/** Files with the definitions of the custom resources that the chart uses. */
export function customResourceFiles(): string[] {
  needsGo();
  const folder = (module: string, ...path: string[]): string => {
    const facts = JSON.parse(run('go', ['mod', 'download', '-json', module])) as { Dir: string };
    return join(facts.Dir, ...path);
  };
  const keda = folder(`github.com/kedacore/keda/v2@${KEDA}`, 'config', 'crd', 'bases');
  const operator = folder(
    `github.com/prometheus-operator/prometheus-operator@${PROMETHEUS_OPERATOR}`,
    ...['example', 'prometheus-operator-crd'],
  );
  return [
    join(keda, 'keda.sh_scaledobjects.yaml'),
    join(keda, 'keda.sh_triggerauthentications.yaml'),
    join(operator, 'monitoring.coreos.com_podmonitors.yaml'),
    join(operator, 'monitoring.coreos.com_prometheusrules.yaml'),
  ];
}

/** Path of a program of the packages in requirements.txt. */
export function pythonTool(name: 'python' | 'hadolint'): string {
  const venv = join(cache, 'venv');
  const stamp = join(venv, 'requirements.txt');
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    run('python3', ['-I', '-m', 'venv', '--clear', venv]);
    const install = ['-m', 'pip', 'install', '--quiet', '--only-binary=:all:', '--require-hashes'];
    run(join(venv, 'bin', 'python'), ['-I', ...install, '-r', requirements]);
    writeFileSync(stamp, wanted);
  }
  return join(venv, 'bin', name);
}

function needsGo(): void {
  if (spawnSync('go', ['version']).status === 0) return;
  throw new Error('the deployment tests need Go 1.24 or later on PATH: https://go.dev/dl');
}
