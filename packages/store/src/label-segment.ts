import { createHash } from 'node:crypto';

// Leaves room for a suffix such as `.arrow` within the 255 bytes that file systems allow a name.
const MAX_LENGTH = 200;
const KEPT_OF_LONG = 120;
const PLAIN = /^[a-z0-9_.-]$/;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/;

/**
 * The key segment of a label (a layer, a category, a checkpoint): different labels get different segments,
 * also where a file system ignores case, and no label can leave its folder or hide in it. Bytes other than
 * lowercase letters, digits, '-', '_' and '.' are percent-encoded in lowercase hex, uppercase letters too, and
 * so is a first character that would make a hidden file or a Windows device. A label too long for a file name
 * keeps its beginning and ends in its hash.
 */
export function labelSegment(label: string): string {
  if (label === '') return '%empty';
  const bytes = Buffer.from(label);
  const encoded = Array.from(bytes, (byte, i) => encodeByte(byte, mustHide(label, i, bytes.length))).join('');
  const faithful = bytes.toString() === label; // false: lone surrogates, which UTF-8 has no bytes for
  if (faithful && encoded.length <= MAX_LENGTH) return encoded;
  const beginning = encoded.slice(0, KEPT_OF_LONG).replace(/%[0-9a-f]?$/, '');
  return `${beginning}%~${createHash('sha256').update(label, 'utf16le').digest('hex').slice(0, 40)}`;
}

function mustHide(label: string, position: number, length: number): boolean {
  if (position === 0) return label.startsWith('.') || WINDOWS_DEVICE.test(label);
  return position === length - 1 && label.endsWith('.');
}

function encodeByte(byte: number, hide: boolean): string {
  const character = String.fromCharCode(byte);
  return !hide && PLAIN.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
}
