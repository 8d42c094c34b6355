import type { Outline } from '@unitscope/dashboard';
import { useEffect } from 'preact/hooks';
import { checkpointParameters } from '../server/overview-questions.js';
import { setQuery } from './address.js';
import { loadJson } from './remote-data.js';
import { viewUrl, type Settings, type ViewSubject } from './settings.js';

type Checkpoints = Pick<Outline, 'checkpoints'>;

/** The settings that may name a checkpoint of the training. */
const NAMING = ['checkpoint', 'a', 'b', 'unitsAt'] as const;
type Naming = (typeof NAMING)[number];

function namesOf(view: string, settings: Settings): readonly Naming[] {
  const of = (name: string): string => settings[name as Naming];
  return checkpointParameters(view, of) as readonly Naming[];
}

/** The checkpoint that a view names, which says of which training it is: the first of those that it can name; '': none. */
function namedCheckpoint(view: string, settings: Settings): string {
  const labels = namesOf(view, settings).map((name) => settings[name]);
  return labels.find((label) => label !== '') ?? '';
}

/** A setting that names a checkpoint which the training does not have; null: there is none. */
export function outsider(view: string, settings: Settings, { checkpoints }: Checkpoints): Naming | null {
  // A side of a comparison may be conditions.
  if (view === 'compare') return null;
  const isThere = (name: Naming): boolean => checkpoints.some(({ label }) => label === settings[name]);
  return namesOf(view, settings).find((name) => settings[name] !== '' && !isThere(name)) ?? null;
}

/** The settings with the training that is shown: a checkpoint is of its own training, whatever `run` says. */
export function ofItsTraining(view: string, settings: Settings, outline: Outline): Settings {
  const named = namedCheckpoint(view, settings);
  const isItsOwn = outline.checkpoints.some(({ label }) => label === named);
  return isItsOwn && outline.runs.length > 1 ? { ...settings, run: outline.run ?? '' } : settings;
}

/** Whether what was found for another address is of the training that is asked for: until that is known, nothing is shown. */
export function isOfTraining(view: string, settings: Settings, outline: Outline): boolean {
  const named = namedCheckpoint(view, settings);
  if (named !== '') return outline.checkpoints.some(({ label }) => label === named);
  return outline.run === (settings.run === '' ? (outline.runs[0] ?? null) : settings.run);
}

/** The settings with the training that is shown, and the outline once it is of that training; puts the training of the address right. */
export function useTraining(
  view: string,
  asked: Settings,
  found: { readonly data: Outline | null; readonly isOwn: boolean },
): { readonly data: Outline | null; readonly settings: Settings } {
  const isKnown = found.data !== null && (found.isOwn || isOfTraining(view, asked, found.data));
  const data = isKnown ? found.data : null;
  const settings = data === null ? asked : ofItsTraining(view, asked, data);
  useEffect(() => {
    if (settings.run !== asked.run) setQuery({ run: settings.run }, { replace: true });
  }, [settings.run, asked.run]);
  return { data, settings };
}

/** The checkpoint of another training at the same step, else its last. */
export function counterpart(label: string, from: Checkpoints, to: Checkpoints): string {
  const step = from.checkpoints.find((one) => one.label === label)?.step;
  const same = to.checkpoints.find((one) => one.step === step);
  return (same ?? to.checkpoints.at(-1))?.label ?? '';
}

let choices = 0;

/** Shows another training ('': all), and of it the checkpoints at the steps of those that the address names. */
export async function chooseTraining({ sweep, outline, settings }: ViewSubject, run: string): Promise<void> {
  const choice = ++choices;
  const { pathname } = window.location;
  // Conditions, and checkpoints of other trainings, are what a comparison names by itself.
  const named = NAMING.filter((name) => outline.checkpoints.some(({ label }) => label === settings[name]));
  let there: Checkpoints = { checkpoints: [] };
  if (run !== '' && named.length > 0) {
    const url = viewUrl(sweep, 'outline', { run, definition: settings.definition });
    // Without it, it is the last one: what is wrong is told where the training is asked for.
    there = await loadJson<Outline>(url).catch(() => there);
  }
  if (choice !== choices || pathname !== window.location.pathname) return;
  const changes = named.map((name) => [name, counterpart(settings[name], outline, there)] as const);
  setQuery({ run, checkpoint: null, unitsAt: null, ...Object.fromEntries(changes) });
}
