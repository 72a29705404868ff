/** What is there already, or comes. Awaiting what is there costs a turn for each of a script's thousands of words. */
export type Later<T> = T | Promise<T>;

export function isLater<T>(value: Later<T>): value is Promise<T> {
	return value instanceof Promise;
}
