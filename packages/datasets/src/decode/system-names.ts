/** What systems, shares and tools put beside images unasked. */
const NAMES = new Set([
  ...['__macosx', '__pycache__', '@eadir', '@tmp', '@recycle', '#recycle', '#snapshot', '$recycle.bin'],
  ...['lost+found', 'system volume information'],
]);

/** Whether a file or folder of this name is none of the user's: it is no category and no image. */
export function isSystemName(name: string): boolean {
  return name.startsWith('.') || NAMES.has(name.toLowerCase());
}
