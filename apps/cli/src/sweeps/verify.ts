import { Command } from 'commander';
import { counted, firstNames, line, shownText } from '@unitscope/base';
import { storeAddress } from './spec-file.js';
import type { ObjectStore } from '@unitscope/store';
import type { ForeignObject, OlderSweep, SemanticsReport, Verification } from '@unitscope/tasks';
import { refuseWhileAnyRuns, withExecutions } from './executions.js';
import { ALL_ROWS, firstLines } from '../results/first-rows.js';
import { humanBytes } from '../terminal/text-table.js';
import { print, printJson } from '../terminal/output.js';

interface Options {
  readonly store?: string;
  readonly all?: true;
  readonly json?: true;
  readonly semantics?: true;
  readonly removeForeign?: true;
}

/** Foreign objects that are named one by one. */
const MOST_NAMED = 8;

export function verifyCommand(): Command {
  return new Command('verify')
    .option('--store <address>', 'folder, file:// or s3:// address; default: ./.unitscope')
    .option(
      '--semantics',
      'instead: list the sweeps that an earlier version measured and for which this one gives other numbers',
    )
    .option(
      '--remove-foreign',
      'remove what a program with other numbers wrote, and the result tables made of it; run the sweep again then',
    )
    .option(...ALL_ROWS)
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExit status 1 where an object is damaged or foreign, or a sweep is incomplete, or with --semantics where a sweep is of an earlier version.\n\nExamples:\n  unitscope verify\n  unitscope verify --semantics\n  unitscope verify --store /data/unitscope',
    )
    .action(verify);
}

async function verify(options: Options): Promise<void> {
  const { openStore } = await import('@unitscope/store');
  const store = await openStore(storeAddress(options.store));
  await (options.semantics === true ? checkSemantics : checkObjects)(store, options);
}

async function checkSemantics(store: ObjectStore, options: Options): Promise<void> {
  const { verifySemantics } = await import('@unitscope/tasks');
  const report = await verifySemantics(store);
  if (options.json === true) printJson(report);
  else print(semanticsText(report, options.all));
  if (report.older.length > 0) process.exitCode = 1;
}

async function checkObjects(store: ObjectStore, options: Options): Promise<void> {
  const { removeForeign, verifyStore } = await import('@unitscope/tasks');
  const result = await withExecutions(store, (executionOf) => verifyStore(store, executionOf));
  const removes = options.removeForeign === true && result.foreign.length > 0;
  if (removes) {
    await refuseWhileAnyRuns(store);
    await removeForeign(store, result.foreign);
  }
  if (options.json === true) printJson(result);
  else print(objectsText(result, removes, options.all));
  const isWell = [result.damaged, result.incomplete, result.foreign].every(({ length }) => length === 0);
  if (!isWell) process.exitCode = 1;
}

/** What a person reads of the objects of a store, and of sweeps that lack some. */
function objectsText(result: Verification, removed: boolean, all: true | undefined): string {
  const { damaged, incomplete, foreign, objects, bytes } = result;
  const problems = damaged.map(({ key, problem }) => line`${key}: ${problem}`);
  const lacking = incomplete.map(
    ({ name, cells, checkpoints }) =>
      line`sweep ${name} is incomplete: its tables hold ${cells.held} of ${counted(cells.total, 'cell')}, ` +
      `${cells.failed} failed, ${cells.lost} lost, ${cells.missing} missing` +
      `${checkpoints.length === 0 ? '' : ` (${shownText(named(checkpoints, all))})`}; run it again`,
  );
  return [
    firstLines(problems, { all }),
    `${counted(objects, 'object')}, ${humanBytes(bytes)}, ${damaged.length} damaged\n`,
    damaged.length > 0
      ? 'remove the damaged objects and run their sweeps again: what is missing is made anew\n'
      : '',
    firstLines(lacking, { all }),
    foreignText(foreign, removed, all),
  ].join('');
}

/** What a person reads of objects that a program with other numbers wrote. */
function foreignText(foreign: readonly ForeignObject[], removed: boolean, all: true | undefined): string {
  if (foreign.length === 0) return '';
  const lines = foreign.map(
    ({ key, sweep, checkpoint, layer, category, differences }) =>
      `${key}: of sweep ${shownText(sweep)}, ${shownText([checkpoint, layer, category].filter((part) => part !== null).join(' / '))}: ` +
      `written by another program; ${shownText(differences.join('; '))}`,
  );
  const sweeps = shownText(named([...new Set(foreign.map(({ sweep }) => sweep))], all));
  const end = removed
    ? `${counted(foreign.length, 'foreign object')} removed, with the result tables made of them; run again: ${sweeps}`
    : `${counted(foreign.length, 'foreign object')}: \`unitscope verify --remove-foreign\`, then run again: ${sweeps}`;
  return `${firstLines(lines, { all })}${end}\n`;
}

/** Names in a sentence: of many the first. */
function named(names: readonly string[], all: true | undefined): string {
  return firstNames(names, all === true ? names.length : MOST_NAMED);
}

/** What a person reads of a store's semantics. */
function semanticsText({ semantics, sweeps, older }: SemanticsReport, all: true | undefined): string {
  const lines = older.flatMap((sweep) => [
    `${shownText(sweep.name)}: measured with semantics version ${sweep.semantics}, now ${semantics}; ${touched(sweep)}`,
    ...(sweep.moved ?? []).map(
      ({ layer, before, now }) =>
        `  ${shownText(layer)}: was seen in ${shownText(before ?? 'no tensor')}, now in ${shownText(now ?? 'no tensor')}`,
    ),
  ]);
  const end =
    older.length === 0
      ? `${counted(sweeps, 'sweep')}, all of semantics version ${semantics}`
      : `of an earlier version: ${older.length} of ${counted(sweeps, 'sweep')}; run them again (their numbers are measured anew), ` +
        'and read in CHANGELOG.md what was wrong';
  return `${firstLines(lines, { all })}${end}\n`;
}

function touched({ moved, problem }: OlderSweep): string {
  if (problem !== undefined) return `its checkpoints cannot be opened to compare: ${shownText(problem)}`;
  if (moved === null || moved.length === 0) return 'every layer is seen in the same tensor';
  return `seen elsewhere: ${counted(moved.length, 'layer')}:`;
}
