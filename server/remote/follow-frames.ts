import { splitWord } from "./reply.ts";

/** One message of the follow script. A frame counts when it is whole; what was cut in the middle is sent again. */
export type FollowEvent =
	| { kind: "log"; inode: string; size: number }
	| { kind: "bytes"; offset: number; bytes: Buffer }
	/** Names of the run's state files that exist now: `started.cutover`, `exit.cutover`, `decision`, `final` … */
	| { kind: "files"; names: string[] }
	| { kind: "beat"; uptimeS: number }
	/** The log is shorter than what was asked for. */
	| { kind: "short"; size: number }
	/** The run is final and the log read to its end. */
	| { kind: "final" }
	/** The channel's own limit: open the next. */
	| { kind: "again" }
	| { kind: "refused"; code: string };

/** Reads the follow script's output however it is cut into pieces. */
export class FollowParser {
	private rest = "";
	private frame: { offset: number; base64: string[] } | null = null;

	push(chunk: Buffer): FollowEvent[] {
		const rows = (this.rest + chunk.toString("latin1")).split("\n");
		this.rest = rows.pop() ?? "";
		const events: FollowEvent[] = [];
		for (const row of rows) {
			const event = this.row(row);
			if (event) events.push(event);
		}
		return events;
	}

	private row(row: string): FollowEvent | null {
		if (this.frame) {
			if (row !== ".") {
				this.frame.base64.push(row);
				return null;
			}
			const { offset, base64 } = this.frame;
			this.frame = null;
			return { kind: "bytes", offset, bytes: Buffer.from(base64.join(""), "base64") };
		}
		const [key, rest] = splitWord(row);
		switch (key) {
			case "data":
				this.frame = { offset: Number(rest), base64: [] };
				return null;
			case "log": {
				const [inode, size] = splitWord(rest);
				return { kind: "log", inode, size: Number(size) };
			}
			case "files":
				return { kind: "files", names: rest.split(" ").filter((name) => name !== "" && !name.includes("*")) };
			case "beat":
				return { kind: "beat", uptimeS: Number(rest) };
			case "short":
				return { kind: "short", size: Number(rest) };
			case "final":
			case "again":
				return { kind: key };
			case "refused":
				return { kind: "refused", code: rest };
			default:
				return null;
		}
	}
}
