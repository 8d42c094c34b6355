// Where objects lie in a store. Nothing else names a folder of it.

/** Objects named by their content: many sweeps may share one, and garbage collection removes what none names. */
export const CONTENT_FOLDERS = ['inputs', 'activations', 'units', 'births', 'evaluations'] as const;

type ContentFolder = (typeof CONTENT_FOLDERS)[number];

/** What belongs to one sweep by its name. */
export const SWEEPS_FOLDER = 'sweeps/';

/** The key of an object that is named by the SHA-256 of what determines it; inputs, by that of their bytes. */
export function contentObject(folder: ContentFolder, sha256: string): string {
  return `${contentPrefix(folder)}${sha256}${folder === INPUTS ? '' : '.arrow'}`;
}

const [INPUTS, ...MADE] = CONTENT_FOLDERS;

/** What `contentObject` gives, and nothing else. */
export const CONTENT_OBJECT = new RegExp(
  `^(?:${INPUTS}/[0-9a-f]{64}|(?:${MADE.join('|')})/[0-9a-f]{64}\\.arrow)$`,
);

/** Keys of the objects of a folder begin with this. */
export function contentPrefix(folder: ContentFolder): string {
  return `${folder}/`;
}
