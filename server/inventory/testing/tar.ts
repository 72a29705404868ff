/** One member of a hand-made tar archive. */
export interface Member {
	name: string;
	content?: string | Buffer;
	/** ustar's type flag; default a plain file. */
	type?: string;
	/** As GNU tar marks its own format, in place of ustar. */
	gnu?: boolean;
	prefix?: string;
}

/** The bytes of a tar archive with these members, byte for byte as one likes: real tar makes no bad ones. */
export function tarOf(members: readonly Member[], { trailer = 1024 }: { trailer?: number } = {}): Buffer {
	const blocks = members.flatMap(({ name, content = "", type = "0", gnu = false, prefix = "" }) => {
		const bytes = Buffer.from(content);
		const header = Buffer.alloc(512);
		header.write(name, 0, 100);
		header.write("0000755\0", 100);
		header.write("0000000\0", 108);
		header.write("0000000\0", 116);
		header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
		header.write("00000000000\0", 136);
		header.write("        ", 148);
		header.write(type, 156);
		header.write(gnu ? "ustar  \0" : "ustar\x0000", 257, "latin1");
		header.write(prefix, 345);
		const sum = header.reduce((total, byte) => total + byte, 0);
		header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
		return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
	});
	return Buffer.concat([...blocks, Buffer.alloc(trailer)]);
}

/** The beginning of a program for this machine, as ELF writes it. */
export function elf(machine: number, littleEndian = true): Buffer {
	const head = Buffer.alloc(64);
	head.writeUInt32BE(0x7f454c46, 0);
	head[4] = 2;
	head[5] = littleEndian ? 1 : 2;
	if (littleEndian) head.writeUInt16LE(machine, 18);
	else head.writeUInt16BE(machine, 18);
	return head;
}
