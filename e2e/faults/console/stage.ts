import type { Passed } from "../moments.ts";
import type { ConsoleProcess } from "./console-process.ts";
import type { DatabaseFile } from "./database-file.ts";

/** How the console that people use calls itself to the nodes. */
export const CONSOLE = "console-a";

/** A node that goes over, with the consoles that work on it: what is the same for simulated and for real ones. */
export interface Stage {
	/** Told of every boundary that a run comes to; whoever came to it waits. */
	onPassed: (passed: Passed) => Promise<void>;
	/** The one that people use. */
	console: ConsoleProcess;
	/** Every console that ever ran here, in order. */
	readonly consoles: ConsoleProcess[];
	/** The one that people's console has now. */
	readonly database: DatabaseFile;
	/** After a power cut it is another file. */
	replaceDatabase(database: DatabaseFile): void;
	/** A console's process, as it begins. */
	open(database: DatabaseFile, consoleId: string, options?: { shared?: boolean }): ConsoleProcess;
	/** A console that shares nothing with the first but the nodes. */
	openStranger(consoleId: string): Promise<{ process: ConsoleProcess; database: DatabaseFile }>;
	/** Plans the node that goes over; gives the migration's id. */
	draft(process: ConsoleProcess, direction: "migrate" | "rollback"): Promise<string>;
}
