/**
 * One word for a POSIX shell: whatever it holds, `sh` reads it back as exactly this one argument; plain words stay readable.
 * Throws RangeError for NUL, which no argument can hold.
 */
export function quote(word: string): string {
	if (word.includes("\0")) throw new RangeError("a shell word cannot hold NUL");
	return /^[A-Za-z0-9_/.:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
