// Where objects lie in a store. Nothing else names a folder of it.

/** Objects named by their content: many sweeps may share one, and garbage collection removes what none names. */
export const CONTENT_FOLDERS = ['inputs', 'activations', 'units', 'births', 'evaluations'] as const;

type ContentFolder = (typeof CONTENT_FOLDERS)[number];

/** What belongs to one sweep by its name. */
export const SWEEPS_FOLDER = 'sweeps/';

/** The key of an object that is named by the SHA-256 of what determines it; inputs, by that of their bytes. */
export function contentObject(folder: ContentFolder, sha256: string): string {
  return folder === 'inputs' ? `inputs/${sha256}` : `${folder}/${sha256}.arrow`;
}

/** What `contentObject` gives, and nothing else. */
export const CONTENT_OBJECT =
  /^(?:inputs\/[0-9a-f]{64}|(?:activations|units|births|evaluations)\/[0-9a-f]{64}\.arrow)$/;
