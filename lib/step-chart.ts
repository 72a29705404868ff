/** A number of things over time, each value holding until the next one. */
export interface Step {
	/** Milliseconds since 1970. */
	atMs: number;
}

interface Scales {
	x: (atMs: number) => number;
	y: (count: number) => number;
}

export interface Band<Key extends string> {
	key: Key;
	/** Of an SVG path: the area, and its upper edge. */
	area: string;
	edge: string;
}

/** The steps as areas that lie one upon the other, the first key's at the bottom. */
export function stackedBands<Key extends string>(
	steps: readonly (Step & Readonly<Record<Key, number>>)[],
	keys: readonly Key[],
	{ x, y }: Scales,
): Band<Key>[] {
	let lower = steps.map(() => 0);
	return keys.map((key) => {
		const upper = steps.map((step, index) => (lower[index] ?? 0) + step[key]);
		const edge = stairs(steps, upper, { x, y });
		const back = stairs(steps, lower, { x, y }).reverse();
		lower = upper;
		return { key, edge: path(edge), area: `${path([...edge, ...back])}Z` };
	});
}

type Point = readonly [x: number, y: number];

function stairs(steps: readonly Step[], counts: readonly number[], { x, y }: Scales): Point[] {
	return steps.flatMap(({ atMs }, index): Point[] => {
		const [at, high] = [x(atMs), y(counts[index] ?? 0)];
		return index === 0
			? [[at, high]]
			: [
					[at, y(counts[index - 1] ?? 0)],
					[at, high],
				];
	});
}

function path(points: readonly Point[]): string {
	return points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${round(x)},${round(y)}`).join("");
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}

/** Whole numbers from 0 to `most` or the next above it, about `parts` of them apart alike: 1, 2 or 5 and so many zeros. */
export function countTicks(most: number, parts = 4): number[] {
	const least = Math.max(1, most) / parts;
	const power = 10 ** Math.floor(Math.log10(least));
	const apart = Math.max(1, [1, 2, 5, 10].map((part) => part * power).find((width) => width >= least) ?? 1);
	return Array.from({ length: Math.ceil(Math.max(1, most) / apart) + 1 }, (_, index) => index * apart);
}

/** The step that holds at that moment; the first one before it. */
export function stepAt<One extends Step>(steps: readonly One[], atMs: number): One | undefined {
	return steps.findLast((step) => step.atMs <= atMs) ?? steps[0];
}
