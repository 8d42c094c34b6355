import { sha256 as hasher } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

// Content keys are computed in workflow code too, where neither node:crypto nor the asynchronous WebCrypto may be used.

/** The SHA-256 of the UTF-8 bytes of `text` (or of bytes), as 64 hexadecimal digits. */
export function sha256(text: string | Uint8Array): string {
  return bytesToHex(hasher(typeof text === 'string' ? encodeUtf8(text) : text));
}

/**
 * The SHA-256 of texts that begin alike: the state after the common beginning is held, and answers the digest of it and what
 * follows. A beginning must not end within a surrogate pair.
 */
export function sha256After(beginning: string): (rest: string) => string {
  const begun = hasher.create().update(encodeUtf8(beginning));
  return (rest) => bytesToHex(begun.clone().update(encodeUtf8(rest)).digest());
}

// TextEncoder is not part of the language, and the workflow sandbox decides which globals there are.
function encodeUtf8(text: string): Uint8Array {
  const ascii = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return encodeAny(text);
    ascii[i] = code;
  }
  return ascii;
}

function encodeAny(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const code = point >= 0xd800 && point < 0xe000 ? 0xfffd : point; // a lone surrogate, as TextEncoder has it
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
  }
  return Uint8Array.from(bytes);
}
