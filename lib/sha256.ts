const K = /* @__PURE__ */ constants();

/** A hash under way: of how many bytes, a multiple of 64, and its eight words in hexadecimal. */
export interface Midstate {
	length: number;
	state: string;
}

/**
 * SHA-256 of bytes that come in pieces. The browser's own is absent where a page comes over plain HTTP from another machine,
 * which is how many consoles are reached.
 */
export class Sha256 {
	readonly #state = Uint32Array.of(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19);
	readonly #block = new Uint8Array(64);
	readonly #words = new Uint32Array(64);
	#filled = 0;
	#length = 0;

	/** Goes on where `midstate` was taken: the bytes from `length` on come next. */
	static from({ length, state }: Midstate): Sha256 {
		const hash = new Sha256();
		for (let at = 0; at < 8; at += 1) hash.#state[at] = Number.parseInt(state.slice(8 * at, 8 * at + 8), 16);
		hash.#length = length;
		return hash;
	}

	/** Where it stands after its last whole block of 64 bytes: nothing of the bytes can be read from it. */
	midstate(): Midstate {
		return { length: this.#length - this.#filled, state: hexOf(this.#state) };
	}

	update(bytes: Uint8Array): this {
		this.#length += bytes.length;
		let at = 0;
		while (at < bytes.length) {
			const take = Math.min(64 - this.#filled, bytes.length - at);
			this.#block.set(bytes.subarray(at, at + take), this.#filled);
			this.#filled += take;
			at += take;
			if (this.#filled === 64) {
				compress(this.#state, this.#words, this.#block);
				this.#filled = 0;
			}
		}
		return this;
	}

	/** Of all bytes so far, in hexadecimal; more may follow. */
	hex(): string {
		const state = this.#state.slice();
		const rest = new Uint8Array(this.#filled < 56 ? 64 : 128);
		rest.set(this.#block.subarray(0, this.#filled));
		rest[this.#filled] = 0x80;
		const view = new DataView(rest.buffer);
		view.setUint32(rest.length - 8, Math.floor(this.#length / 0x20000000));
		view.setUint32(rest.length - 4, (this.#length << 3) >>> 0);
		for (let at = 0; at < rest.length; at += 64) compress(state, this.#words, rest.subarray(at, at + 64));
		return hexOf(state);
	}
}

function hexOf(state: Uint32Array): string {
	return [...state].map((word) => word.toString(16).padStart(8, "0")).join("");
}

function compress(state: Uint32Array, words: Uint32Array, block: Uint8Array): void {
	for (let i = 0; i < 16; i += 1) {
		const at = 4 * i;
		words[i] = ((block[at] ?? 0) << 24) | ((block[at + 1] ?? 0) << 16) | ((block[at + 2] ?? 0) << 8) | (block[at + 3] ?? 0);
	}
	for (let i = 16; i < 64; i += 1) {
		const a = words[i - 15] ?? 0;
		const b = words[i - 2] ?? 0;
		const s0 = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3);
		const s1 = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10);
		words[i] = (words[i - 16] ?? 0) + s0 + (words[i - 7] ?? 0) + s1;
	}
	let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
	for (let i = 0; i < 64; i += 1) {
		const t1 = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + (K[i] ?? 0) + (words[i] ?? 0)) | 0;
		const t2 = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
		h = g;
		g = f;
		f = e;
		e = (d + t1) | 0;
		d = c;
		c = b;
		b = a;
		a = (t1 + t2) | 0;
	}
	for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] ?? 0) + word;
}

function turned(word: number, by: number): number {
	return (word >>> by) | (word << (32 - by));
}

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes. */
function constants(): Uint32Array {
	const words: number[] = [];
	for (let n = 2; words.length < 64; n += 1) {
		let prime = true;
		for (let d = 2; d * d <= n; d += 1) if (n % d === 0) prime = false;
		if (!prime) continue;
		const root = Math.cbrt(n);
		words.push(Math.floor((root - Math.floor(root)) * 0x100000000));
	}
	return Uint32Array.from(words);
}
