import { Errno } from "./errno.ts";

/** One mounted file system with a size: what `df` tells of, and what runs out. */
export class Volume {
	/** Bytes of the files that the simulation holds itself. */
	ownBytes = 0;
	/** As after `mount -o remount,ro`, or as ext4 does it by itself after an error. */
	readOnly = false;
	/** Told of every write to one of its files before the writer goes on, which waits for the promise that is given back. */
	onWrite: ((bytes: Buffer) => void | Promise<void>) | undefined;

	constructor(
		readonly source: string,
		readonly mountPoint: string,
		readonly fsType: string,
		public totalBytes: number,
		/** Bytes of what is not simulated: the rest of a real host's files. */
		public otherBytes: number,
	) {}

	get availableBytes(): number {
		return Math.max(0, this.totalBytes - this.otherBytes - this.ownBytes);
	}

	/** Throws EROFS where nothing may be changed. */
	checkWritable(): void {
		if (this.readOnly) throw new Errno("EROFS");
	}

	/** Takes (or with a negative number gives back) room. Throws ENOSPC. */
	take(bytes: number): void {
		if (bytes > this.availableBytes) throw new Errno("ENOSPC");
		this.ownBytes += bytes;
	}
}
