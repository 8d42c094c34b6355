// FIPS 180-4. Our own because content keys are computed in workflow code too, where neither node:crypto
// nor the asynchronous WebCrypto may be used. Inputs are short (keys, specs), so clarity goes before speed.

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
  const message = typeof text === 'string' ? encodeUtf8(text) : text;
  const padded = new Uint8Array(((message.length + 72) >> 6) << 6);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(message.length / 0x20000000));
  view.setUint32(padded.length - 4, message.length << 3);

  const state = H0.slice();
  const w = new Uint32Array(64);
  for (let block = 0; block < padded.length; block += 64) compress(state, w, view, block);
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
}

function compress(state: Uint32Array, w: Uint32Array, view: DataView, block: number): void {
  const at = (array: Uint32Array, i: number): number => array[i] ?? 0;
  const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(block + 4 * i);
  for (let i = 16; i < 64; i++) {
    const a = at(w, i - 15);
    const b = at(w, i - 2);
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    w[i] = at(w, i - 16) + s0 + at(w, i - 7) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + at(K, i) + at(w, i)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = at(state, i) + word));
}

// TextEncoder is not part of the language, and the workflow sandbox decides which globals there are.
function encodeUtf8(text: string): Uint8Array {
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
