// @ts-check
/**
 * SHA-256 of what comes piece by piece (FIPS 180-4). Browsers have it only for what is in
 * memory as a whole, and a file may be larger than that.
 */

const K = new Int32Array(64);
const START = new DataView(new ArrayBuffer(32));
{
  // The first 32 bits behind the point of the roots of the first primes: cube roots for the
  // rounds, square roots for the beginning.
  const bits = (/** @type {number} */ root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  let found = 0;
  for (let n = 2; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    K[found] = bits(Math.cbrt(n));
    if (found < 8) START.setUint32(4 * found, bits(Math.sqrt(n)));
    found++;
  }
}

export class Sha256 {
  #state = new DataView(START.buffer.slice(0));
  #words = new Int32Array(64);
  #block = new Uint8Array(64);
  #filled = 0;
  #length = 0;

  /** @param {Uint8Array} bytes */
  update(bytes) {
    this.#length += bytes.length;
    let at = 0;
    if (this.#filled > 0) {
      at = Math.min(64 - this.#filled, bytes.length);
      this.#block.set(bytes.subarray(0, at), this.#filled);
      this.#filled += at;
      if (this.#filled < 64) return;
      this.#compress(this.#block, 0);
      this.#filled = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) this.#compress(bytes, at);
    this.#block.set(bytes.subarray(at));
    this.#filled = bytes.length - at;
  }

  /** The digest in hexadecimal digits. Nothing can be added after it. */
  digest() {
    const bits = this.#length * 8;
    const rest = this.#filled;
    const tail = new Uint8Array(rest < 56 ? 64 : 128);
    tail.set(this.#block.subarray(0, rest));
    tail[rest] = 0x80;
    const end = new DataView(tail.buffer, tail.length - 8);
    end.setUint32(0, Math.floor(bits / 2 ** 32));
    end.setUint32(4, bits >>> 0);
    for (let at = 0; at < tail.length; at += 64) this.#compress(tail, at);
    const words = [0, 4, 8, 12, 16, 20, 24, 28].map((at) => this.#state.getUint32(at));
    return words.map((word) => word.toString(16).padStart(8, "0")).join("");
  }

  /**
   * @param {Uint8Array} bytes
   * @param {number} at
   */
  #compress(bytes, at) {
    const w = this.#words;
    const block = new DataView(bytes.buffer, bytes.byteOffset + at, 64);
    // What is always there is said to be, in a way that costs nothing.
    for (let i = 0; i < 16; i++) w[i] = block.getInt32(4 * i);
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15] ?? 0;
      const y = w[i - 2] ?? 0;
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1;
    }
    const s = this.#state;
    let a = s.getInt32(0);
    let b = s.getInt32(4);
    let c = s.getInt32(8);
    let d = s.getInt32(12);
    let e = s.getInt32(16);
    let f = s.getInt32(20);
    let g = s.getInt32(24);
    let h = s.getInt32(28);
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] ?? 0) + (w[i] ?? 0)) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    s.setInt32(0, s.getInt32(0) + a);
    s.setInt32(4, s.getInt32(4) + b);
    s.setInt32(8, s.getInt32(8) + c);
    s.setInt32(12, s.getInt32(12) + d);
    s.setInt32(16, s.getInt32(16) + e);
    s.setInt32(20, s.getInt32(20) + f);
    s.setInt32(24, s.getInt32(24) + g);
    s.setInt32(28, s.getInt32(28) + h);
  }
}
