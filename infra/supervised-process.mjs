// Runs a server that must not outlive whoever started it. A small supervisor stands between: it holds the
// reading end of a pipe whose writing end only the starter has, so that the starter's end, also by
// `kill -9`, is seen by the supervisor, which then ends the server and removes its temporary folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, closeSync, constants, existsSync, openSync, realpathSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, relative, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const GRACE_MS = 3000;

/**
 * Starts a command under supervision. `stop` ends it and resolves when it is gone; `kill` ends it
 * by a signal as a fault would, and leaves its folder; `exited` resolves when the server has ended, whoever ended it.
 * @param {{ command: string, args: string[], env?: NodeJS.ProcessEnv, logFile: string, removeFolder?: string }} options
 *   `removeFolder` is removed when the server is stopped or its starter dies.
 */
export async function startSupervised({ command, args, env = process.env, logFile, removeFolder }) {
  const order = JSON.stringify({ command, args, logFile, removeFolder });
  const supervisor = spawn(process.execPath, [fileURLToPath(import.meta.url), '--supervise', order], {
    env: { ...env, PATH: ownPath() },
    // A group of its own: Ctrl-C in the terminal reaches the starter, which then stops the server in order.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  supervisor.stdin.on('error', () => undefined);
  const gone = once(supervisor, 'exit');
  const pid = await Promise.race([
    once(createInterface({ input: supervisor.stdout }), 'line').then(([line]) => Number(line)),
    gone.then(() => Promise.reject(new Error(`${command} could not be started; see ${logFile}`))),
  ]);
  // From here on it does not keep its starter alive, and ends with it.
  supervisor.unref();
  for (const pipe of [supervisor.stdin, supervisor.stdout])
    /** @type {import('node:net').Socket} */ (pipe).unref();
  return {
    pid,
    logFile,
    exited: gone.then(() => undefined),
    kill: async (signal = 'SIGKILL') => {
      supervisor.ref();
      process.kill(pid, signal);
      await gone;
    },
    stop: async () => {
      supervisor.ref();
      supervisor.stdin.end();
      await gone;
    },
  };
}

/**
 * Path of a program on PATH, or undefined. What lies in the working folder is not looked at: that folder may be anybody's,
 * and PATH may name it as `.`, as an empty entry, or as the `node_modules/.bin` that npx adds.
 */
export function onPath(name) {
  for (const folder of ownPath().split(delimiter)) {
    const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
    try {
      accessSync(path, constants.X_OK);
      if (isAbsolute(path) && !isOfWorkingFolder(path)) return path;
    } catch {
      continue;
    }
  }
  return undefined;
}

/** PATH without the working folder, for programs that look for others themselves. */
export function ownPath() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => isAbsolute(folder) && !isOfWorkingFolder(folder)).join(delimiter);
}

/** Whether a path, or what its links lead to, is in the working folder; a home folder is its user's own. */
function isOfWorkingFolder(path) {
  if (!existsSync(path)) return false;
  const working = realpathSync(process.cwd());
  const holds = (file) => {
    const inside = relative(working, file);
    return !isAbsolute(inside) && inside.split(sep)[0] !== '..';
  };
  return !holds(homedir()) && (holds(path) || holds(realpathSync(path)));
}

async function supervise({ command, args, logFile, removeFolder }) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end());
  const log = openSync(logFile, 'a');
  // Should the supervisor itself be killed, the kernel ends the server, where it can.
  const setpriv = process.platform === 'linux' ? onPath('setpriv') : undefined;
  const server = setpriv
    ? spawn(setpriv, ['--pdeathsig', 'KILL', '--', command, ...args], { stdio: ['ignore', log, log] })
    : spawn(command, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  let ordered = false;
  const exited = new Promise((resolve) => {
    server.once('exit', resolve);
    server.once('error', resolve);
  });
  async function end() {
    if (ordered) return;
    ordered = true;
    server.kill('SIGTERM');
    const timer = setTimeout(() => server.kill('SIGKILL'), GRACE_MS);
    await exited;
    clearTimeout(timer);
    if (removeFolder) rmSync(removeFolder, { recursive: true, force: true, maxRetries: 5 });
    process.exit(0);
  }
  process.stdin
    .on('end', () => void end())
    .on('close', () => void end())
    .resume();
  process.stdout.on('error', () => void end());
  server.once('spawn', () => process.stdout.write(`${server.pid}\n`));
  await exited;
  if (!ordered) process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] === '--supervise') {
  await supervise(JSON.parse(process.argv[3]));
}
