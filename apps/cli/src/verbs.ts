import type { Command } from 'commander';

/** One command: what a listing says of it, and how it is loaded. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** `completion` asks for all commands. */
  readonly load: (all: () => Promise<readonly Command[]>) => Promise<Command>;
}

/** All of them, in the order of a listing. A command line loads those that it names. */
export const VERBS: readonly Verb[] = [
  {
    name: 'init',
    summary: 'Write a commented sweep.yaml to start from.',
    load: async () => (await import('./sweeps/init.js')).initCommand(),
  },
  {
    name: 'doctor',
    summary: 'Check Node, the tensor backends and the store, and say how to fix what fails.',
    load: async () => (await import('./setup/doctor.js')).doctorCommand(),
  },
  {
    name: 'layers',
    summary: 'List the layers of a checkpoint, what their taps include, and which can be measured.',
    load: async () => (await import('./models/layers.js')).layersCommand(),
  },
  {
    name: 'bind',
    summary:
      'Show how the weights of a file are bound to a graph: each initializer, its tensor, and what is left over.',
    load: async () => (await import('./models/bind.js')).bindCommand(),
  },
  {
    name: 'plan',
    summary: 'Dry run: what a sweep would do, what is already there, and what it would take.',
    load: async () => (await import('./sweeps/plan.js')).planCommand(),
  },
  {
    name: 'sweep',
    summary: 'Run a sweep, or resume it. Finished tasks are found in the store and skipped.',
    load: async () => (await import('./sweeps/sweep.js')).sweepCommand(),
  },
  {
    name: 'sweeps',
    summary: 'List the sweeps of a store and how far each is.',
    load: async () => (await import('./sweeps/sweeps.js')).sweepsCommand(),
  },
  {
    name: 'watch',
    summary: 'Follow a sweep that runs elsewhere, in another process or on Temporal, until it ends.',
    load: async () => (await import('./sweeps/watch.js')).watchCommand(),
  },
  {
    name: 'pause',
    summary: 'Pause a sweep: what runs is taken back, what is done is kept.',
    load: async () => (await import('./sweeps/control.js')).pauseCommand(),
  },
  {
    name: 'resume',
    summary: 'Go on with a paused sweep: on Temporal, or in this process where it ran on one machine.',
    load: async () => (await import('./sweeps/control.js')).resumeCommand(),
  },
  {
    name: 'cancel',
    summary: 'Cancel a sweep; finished tasks are kept.',
    load: async () => (await import('./sweeps/control.js')).cancelCommand(),
  },
  {
    name: 'retry',
    summary:
      'Do what an ended sweep lacks, on Temporal or in this process: tasks that failed, and what a cancelled one left.',
    load: async () => (await import('./sweeps/retry.js')).retryCommand(),
  },
  {
    name: 'worker',
    summary: 'A Temporal worker: takes tasks of every sweep of its namespace until it is ended.',
    load: async () => (await import('./setup/worker.js')).workerCommand(),
  },
  {
    name: 'dev',
    summary: 'Local Temporal, local S3, the dashboard and a worker in one terminal; Ctrl-C ends all of it.',
    load: async () => (await import('./setup/dev.js')).devCommand(),
  },
  {
    name: 'entropy',
    summary: 'Measure activation files: births/1 and units/1 tables, without a store or a sweep.',
    load: async () => (await import('./models/entropy.js')).entropyCommand(),
  },
  {
    name: 'query',
    summary: 'Answer SQL over the results of one sweep or several, read in place.',
    load: async () => (await import('./results/query.js')).queryCommand(),
  },
  {
    name: 'compare',
    summary: 'What changed between two checkpoints, or two groups of them, and how sure that is.',
    load: async () => (await import('./results/compare.js')).compareCommand(),
  },
  {
    name: 'rank',
    summary: 'The units of each layer by importance; on request how far the rankings agree.',
    load: async () => (await import('./results/rank.js')).rankCommand(),
  },
  {
    name: 'trend',
    summary: 'Each layer over the checkpoints of each training, against a metadata column.',
    load: async () => (await import('./results/trend.js')).trendCommand(),
  },
  {
    name: 'plot',
    summary: 'A chart of the results: SVG, PNG, PDF, or text in a terminal.',
    load: async () => (await import('./results/plot.js')).plotCommand(),
  },
  {
    name: 'maps',
    summary: 'Write the feature maps that a sweep kept of one checkpoint, layer and category.',
    load: async () => (await import('./results/maps.js')).mapsCommand(),
  },
  {
    name: 'export',
    summary: 'Write every result table of a sweep as one file each, for other programs.',
    load: async () => (await import('./results/export.js')).exportCommand(),
  },
  {
    name: 'report',
    summary: 'Write one self-contained HTML file to send to a colleague: charts and tables of a sweep.',
    load: async () => (await import('./results/report.js')).reportCommand(),
  },
  {
    name: 'ablate',
    summary:
      'Cumulative ablation: switch the units of a layer off one after another, loss and accuracy after each.',
    load: async () => (await import('./results/ablate.js')).ablateCommand(),
  },
  {
    name: 'dashboard',
    summary: 'Serve the web page over the sweeps of a store: progress, charts, comparisons, units, SQL.',
    load: async () => (await import('./results/dashboard.js')).dashboardCommand(),
  },
  {
    name: 'reproduce',
    summary:
      'Measure the paper’s claims again on networks trained here, with their controls and a verdict each.',
    load: async () => (await import('./results/reproduce.js')).reproduceCommand(),
  },
  {
    name: 'verify',
    summary:
      'Read every object of a store and check its digest; check that result tables hold what they should, and who made them.',
    load: async () => (await import('./sweeps/verify.js')).verifyCommand(),
  },
  {
    name: 'remove',
    summary: 'Remove a sweep from a store: its spec, manifest and result tables.',
    load: async () => (await import('./sweeps/remove.js')).removeCommand(),
  },
  {
    name: 'gc',
    summary:
      'Remove the objects that no sweep of the store needs, and what writers left when they were killed.',
    load: async () => (await import('./sweeps/gc.js')).gcCommand(),
  },
  {
    name: 'completion',
    summary: 'Print a completion script for a shell.',
    load: async (all) => (await import('./setup/completion.js')).completionCommand(all),
  },
];
