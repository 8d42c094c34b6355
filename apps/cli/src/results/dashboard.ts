import { Command } from 'commander';
import { LAST_PORT, wholeNumber } from '../terminal/option-values.js';
import { storeAddress } from '../sweeps/spec-file.js';
import { version } from '../version.js';
import { print, printJson } from '../terminal/output.js';

interface Options {
  readonly store?: string;
  readonly host: string;
  readonly port: number;
  readonly allowHost?: readonly string[];
  readonly token?: string;
  readonly temporal: boolean;
  readonly memory?: number;
  readonly json?: true;
}

export function dashboardCommand(): Command {
  return new Command('dashboard')
    .option('--store <address>', 'folder, file:// or s3:// address; default: ./.unitscope')
    .option('--port <port>', 'what to listen on; 0: any free port', wholeNumber(0, LAST_PORT), 8420)
    .option(
      '--host <address>',
      'the address to listen on; any but this machine’s own requires a token',
      '127.0.0.1',
    )
    .option('--allow-host <names...>', 'host names that a proxy may use; requires a token')
    .option(
      '--token <token>',
      'the token that it requires; default: a new one at each start (UNITSCOPE_DASHBOARD_TOKEN keeps it off the command line)',
    )
    .option(
      '--memory <megabytes>',
      'what each of its two reading processes may take; default: 1/4 of the machine’s, at most 4295',
      wholeNumber(256),
    )
    .option('--no-temporal', 'do not look for sweeps on a Temporal server')
    .option('--json', 'the address as one JSON document on stdout')
    .addHelpText(
      'after',
      `
The page asks for nothing from elsewhere. Ctrl-C ends it.

Examples:
  unitscope dashboard
  unitscope dashboard --store s3://bucket/prefix --port 9000
  unitscope dashboard --host 0.0.0.0`,
    )
    .action(async (options: Options) => {
      const { startDashboard } = await import('@unitscope/dashboard');
      const stopped = new Promise<void>((resolve) => {
        process.once('SIGINT', resolve).once('SIGTERM', resolve).once('SIGHUP', resolve);
      });
      const fromEnvironment = process.env['UNITSCOPE_DASHBOARD_TOKEN'];
      const dashboard = await startDashboard({
        store: storeAddress(options.store),
        host: options.host,
        port: options.port,
        allowedHosts: options.allowHost,
        token: options.token ?? (fromEnvironment === '' ? undefined : fromEnvironment),
        temporal: options.temporal,
        memory: options.memory === undefined ? undefined : options.memory * 1e6,
        version,
      });
      const { url, port } = dashboard;
      if (options.json === true) printJson({ url, port });
      else print(`dashboard: ${url}\n`);
      await stopped;
      await dashboard.close();
    });
}
