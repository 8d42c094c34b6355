import { CommanderError } from 'commander';
import { InputError } from '@unitscope/topology';
import { createProgram } from './program.js';
import { printable } from './text-table.js';
import { wrapLines } from './terminal/prose.js';
import { terminalWidth } from './terminal/terminal-width.js';

const DONE = 0;
const FAILED = 1;
const BAD_INPUT = 2;
/** What a shell reports for a program that SIGINT ended. */
const INTERRUPTED = 130;

/** Runs one command line; answers its exit code: 0 done, 1 failed, 2 bad usage or bad input, 130 interrupted. */
export async function main(args: readonly string[]): Promise<number> {
  // A reader that leaves early (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? DONE : FAILED),
  );
  try {
    await createProgram().parseAsync([...args], { from: 'user' });
    return process.exitCode === undefined ? DONE : Number(process.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : BAD_INPUT;
    process.stderr.write(
      `${wrapLines(`unitscope: ${await explain(error)}`, terminalWidth(process.stderr))}\n`,
    );
    const code = (error as { code?: unknown } | null)?.code;
    if (code === 'SWEEP_INTERRUPTED' || code === 'INTERRUPTED') return INTERRUPTED;
    return error instanceof InputError ? BAD_INPUT : FAILED;
  }
}

async function explain(error: unknown): Promise<string> {
  if (process.env['UNITSCOPE_DEBUG'] !== undefined && error instanceof Error)
    return error.stack ?? error.message;
  const { reasonOf } = await import('@unitscope/tasks');
  const own = typeof (error as { code?: unknown } | null)?.code === 'string';
  const hint = own ? '' : ' (UNITSCOPE_DEBUG=1 shows where it happened)';
  // Names of files and labels may hold control characters; the lines of a message are its own.
  const lines = `${reasonOf(error)}${hint}`.split('\n');
  return lines.map(printable).join('\n');
}
