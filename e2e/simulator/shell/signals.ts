import { Untraced } from "../kernel/untraced.ts";

/** How control leaves a command: thrown through the interpreter, caught where it leads. */
export class Leave extends Untraced {
	override readonly name = "Leave";

	constructor(
		readonly kind: "break" | "continue" | "return" | "exit",
		/** Status of `return` and `exit`; number of loops otherwise. */
		public value: number,
	) {
		super(kind);
	}
}
