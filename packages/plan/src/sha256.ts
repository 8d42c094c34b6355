// FIPS 180-4. Our own because content keys are computed in workflow code too, where neither node:crypto
// nor the asynchronous WebCrypto may be used.

const K = new Uint32Array(64);
const H0 = new Uint32Array(8);

(function fillConstants(): void {
  const isPrime = (n: number): boolean => {
    for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
    return true;
  };
  // The first 32 bits of a root's fractional part, by bisection on exact integers.
  const fraction = (prime: number, power: 2n | 3n): number => {
    const target = BigInt(prime) << (32n * power);
    let low = 0n;
    let high = 1n << 40n;
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** power <= target) low = middle;
      else high = middle;
    }
    return Number(low & 0xffffffffn);
  };
  let count = 0;
  for (let n = 2; count < 64; n++) {
    if (!isPrime(n)) continue;
    if (count < 8) H0[count] = fraction(n, 2n);
    K[count] = fraction(n, 3n);
    count++;
  }
})();

/** The SHA-256 of the UTF-8 bytes of `text` (or of bytes), as 64 hexadecimal digits. */
export function sha256(text: string | Uint8Array): string {
  return digestAfter(H0, 0, typeof text === 'string' ? encodeUtf8(text) : text);
}

/**
 * The SHA-256 of texts that begin alike: the state after the common beginning is held, and answers the digest of it and what
 * follows. A beginning must not end within a surrogate pair.
 */
export function sha256After(beginning: string): (rest: string) => string {
  const bytes = encodeUtf8(beginning);
  const whole = bytes.length & ~63;
  const state = H0.slice();
  for (let block = 0; block < whole; block += 64) compress(state, bytes, block);
  const tail = bytes.slice(whole);
  return (rest) => {
    const more = encodeUtf8(rest);
    const bytes = new Uint8Array(tail.length + more.length);
    bytes.set(tail);
    bytes.set(more, tail.length);
    return digestAfter(state, whole, bytes);
  };
}

/** The digest of a message whose first `done` bytes gave `before`, and whose rest is `bytes`. */
function digestAfter(before: Uint32Array, done: number, bytes: Uint8Array): string {
  const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const length = done + bytes.length;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padded.length - 4, length << 3);
  const state = before.slice();
  for (let block = 0; block < padded.length; block += 64) compress(state, padded, block);
  let text = '';
  for (const word of state)
    text +=
      (HEX[word >>> 24] as string) +
      (HEX[(word >>> 16) & 255] as string) +
      (HEX[(word >>> 8) & 255] as string) +
      (HEX[word & 255] as string);
  return text;
}

/** Two digits of each byte. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const schedule = new Int32Array(64);

/** A hot loop: no closure, no destructuring, signed words as the machine has them. */
function compress(state: Uint32Array, bytes: Uint8Array, block: number): void {
  const w = schedule;
  for (let i = 0, at = block; i < 16; i++, at += 4)
    w[i] =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] as number) + s0 + (w[i - 7] as number) + s1;
  }
  let a = (state[0] as number) | 0;
  let b = (state[1] as number) | 0;
  let c = (state[2] as number) | 0;
  let d = (state[3] as number) | 0;
  let e = (state[4] as number) | 0;
  let f = (state[5] as number) | 0;
  let g = (state[6] as number) | 0;
  let h = (state[7] as number) | 0;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] as number) + (w[i] as number)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + s0 + ((b & c) ^ (b & d) ^ (c & d))) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
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
