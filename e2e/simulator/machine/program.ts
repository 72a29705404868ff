import type { Process } from "../kernel/process.ts";

/** One call of a program, with short words for what nearly all of them do. */
export class Invocation {
	constructor(
		readonly process: Process,
		/** Without the program's own name. */
		readonly args: readonly string[],
		/** Further words of the stand-in's file, such as its version. */
		readonly details: readonly string[] = [],
	) {}

	get machine() {
		return this.process.machine;
	}

	get name(): string {
		return this.process.argv[0]?.split("/").at(-1) ?? "";
	}

	out(text: string | Buffer): void | Promise<void> {
		return this.process.write(1, text);
	}

	err(text: string): void | Promise<void> {
		return this.process.write(2, text);
	}

	/** Says why on stderr, in the usual form, and gives the exit status back. */
	async fail(text: string, status = 1): Promise<number> {
		await this.err(`${this.name}: ${text}\n`);
		return status;
	}

	stdin(): Buffer | Promise<Buffer> {
		return this.process.scope.race(this.process.file(0).readAll());
	}
}

/** A stand-in for one program: what it does and its exit status. */
export type Program = (call: Invocation) => Promise<number>;

const HEAD = "\x7fELF gantry-simulator ";

/** The bytes of a stand-in's file: which program it is lies in the file, so that copying or replacing it means what it should. */
export function standIn(program: string, ...details: string[]): string {
	return `${HEAD}${[program, ...details].join(" ")}\n`;
}

/** The stand-in that a file's bytes name, or undefined where they are something else. */
export function readStandIn(bytes: Buffer): { program: string; details: string[] } | undefined {
	const text = bytes.subarray(0, 200).toString("latin1");
	if (!text.startsWith(HEAD)) return undefined;
	const [program = "", ...details] = (text.slice(HEAD.length).split("\n", 1)[0] ?? "").split(" ");
	return { program, details };
}
