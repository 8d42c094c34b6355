import { Command, Option } from 'commander';
import { eachLimited, line, REQUESTS_AT_ONCE } from '@unitscope/base';
import { withSweepClient } from './remote-sweep.js';
import { wholeNumber } from '../terminal/option-values.js';
import { StatusLine } from './status-line.js';
import { storeAddress } from './spec-file.js';
import { withExecutions } from './executions.js';
import { ALL_ROWS, firstRows } from '../results/first-rows.js';
import { print, printJson } from '../terminal/output.js';

interface Options {
  readonly store?: string;
  readonly engine: 'local' | 'temporal';
  readonly limit: number;
  readonly all?: true;
  readonly json?: true;
}

export function sweepsCommand(): Command {
  return new Command('sweeps')
    .option('--store <address>', 'folder, file:// or s3:// address; default: ./.unitscope')
    .addOption(
      new Option('--engine <engine>', 'temporal: those that run or ran on the Temporal server, in any store')
        .choices(['local', 'temporal'])
        .default('local'),
    )
    .option('--limit <number>', 'with temporal: the latest so many', wholeNumber(1), 100)
    .option(...ALL_ROWS)
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  unitscope sweeps\n  unitscope sweeps --store /data/unitscope --json\n  unitscope sweeps --engine temporal',
    )
    .action(async (options: Options) => {
      if (options.engine === 'temporal') {
        await listRemote(options);
        return;
      }
      const { openStore } = await import('@unitscope/store');
      const { listSweeps, readNotes } = await import('@unitscope/tasks');
      const store = await openStore(storeAddress(options.store));
      const found = await withExecutions(store, (executionOf) => listSweeps(store, executionOf));
      const sweeps: ((typeof found)[number] & { readonly tags: readonly string[] })[] = [];
      await eachLimited(found.entries(), REQUESTS_AT_ONCE, async ([at, sweep]) => {
        // Damaged notes hide no sweep.
        const { tags } = await readNotes(store, sweep.name).catch(() => ({ tags: [] }));
        sweeps[at] = { ...sweep, tags };
      });
      if (options.json === true) {
        printJson(sweeps);
        return;
      }
      if (sweeps.length === 0) {
        print(line`no sweeps in ${storeAddress(options.store)}\n`);
        return;
      }
      const hasTags = sweeps.some(({ tags }) => tags.length > 0);
      const rows = sweeps.map((sweep) => {
        const last = hasTags ? [sweep.tags.join(', ')] : [];
        if ('problem' in sweep) return [sweep.name, 'unreadable', '', '', '', ...last];
        const { name, state, checkpoints, finished, cells, failures } = sweep;
        return [name, state, `${finished}/${checkpoints}`, `${cells.held}/${cells.total}`, failures, ...last];
      });
      const headings = ['sweep', 'state', 'checkpoints', 'cells', 'failed tasks'];
      print(firstRows(hasTags ? [...headings, 'tags'] : headings, rows, options));
      for (const sweep of sweeps) {
        if (!('problem' in sweep) && sweep.note !== null) print(line`sweep ${sweep.name}: ${sweep.note}\n`);
      }
      for (const sweep of sweeps) {
        if ('problem' in sweep) print(line`sweep ${sweep.name} cannot be read: ${sweep.problem}\n`);
      }
    });
}

async function listRemote({ store, limit, all, json }: Options): Promise<void> {
  await withSweepClient(async (client) => {
    const { openStore } = await import('@unitscope/store');
    const uri = store === undefined ? undefined : (await openStore(store)).uri;
    const listed = await client.list({ store: uri, most: limit + 1 });
    const sweeps = listed.slice(0, limit);
    if (listed.length > limit)
      StatusLine.say(`these are the latest ${limit}; there are more: --limit NUMBER, or --store ADDRESS`);
    if (json === true) {
      printJson(sweeps);
      return;
    }
    if (sweeps.length === 0) {
      print(line`no sweeps on the Temporal server ${client.address}\n`);
      return;
    }
    const time = (date: Date | null): string => date?.toISOString().slice(0, 19).replace('T', ' ') ?? '';
    const rows = sweeps.map((sweep) => [
      ...[sweep.sweep, sweep.state, time(sweep.started), time(sweep.ended), sweep.store],
    ]);
    print(firstRows(['sweep', 'state', 'started', 'ended', 'store'], rows, { all }));
  });
}
