/** What a marker says behind its code: `key=value` words; a word without a key goes on with the value before it. */
export function readMarkerValues(words: readonly string[]): Record<string, string> {
	const values: Record<string, string> = {};
	let last = "";
	for (const word of words) {
		const at = word.indexOf("=");
		if (at > 0 && /^[A-Za-z][A-Za-z0-9]*$/.test(word.slice(0, at))) {
			last = word.slice(0, at);
			values[last] = word.slice(at + 1);
		} else if (last) values[last] = `${values[last]} ${word}`;
	}
	return values;
}
