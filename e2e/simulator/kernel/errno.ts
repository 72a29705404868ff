import { Untraced } from "./untraced.ts";

/** What the kernel would say, in strerror's words: tools print them and the scripts of Gantry look for some. */
const MESSAGES = {
	ENOENT: "No such file or directory",
	EEXIST: "File exists",
	ENOTDIR: "Not a directory",
	EISDIR: "Is a directory",
	ENOTEMPTY: "Directory not empty",
	ELOOP: "Too many levels of symbolic links",
	ENOSPC: "No space left on device",
	EROFS: "Read-only file system",
	EBADF: "Bad file descriptor",
	EINVAL: "Invalid argument",
	EPIPE: "Broken pipe",
	ENXIO: "No such device or address",
} as const;

export type ErrnoCode = keyof typeof MESSAGES;

/** A failed call of the simulated kernel; `message` is what strerror(3) says. */
export class Errno extends Untraced {
	override readonly name = "Errno";

	constructor(readonly code: ErrnoCode) {
		super(MESSAGES[code]);
	}
}

/** The text for a message, whatever was thrown. */
export function reason(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
