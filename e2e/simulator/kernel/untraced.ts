/** An error that is an answer and no failure: thrown by the thousand, so it keeps no stack. */
export class Untraced extends Error {
	constructor(message: string) {
		const { stackTraceLimit } = Error;
		Error.stackTraceLimit = 0;
		super(message);
		Error.stackTraceLimit = stackTraceLimit;
	}
}
