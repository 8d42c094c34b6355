const MOST_CHARACTERS = 100;
/** Names that Windows keeps for devices, whatever the ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A name of a file made of a text that others chose: one segment, no hidden file, nothing for a shell. */
export function fileName(text: string): string {
  const name = text
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+/, '')
    .slice(0, MOST_CHARACTERS)
    .replace(/[.-]+$/, '');
  return name === '' || DEVICE.test(name) ? `unitscope${name === '' ? '' : `-${name}`}` : name;
}
