const MAX_LINES = 500;

/** What each unit said. */
export class Journal {
	private readonly lines = new Map<string, string[]>();

	write(unit: string, text: string): void {
		const lines = this.lines.get(unit) ?? [];
		lines.push(...text.split("\n").filter((line) => line !== ""));
		this.lines.set(unit, lines.slice(-MAX_LINES));
	}

	last(unit: string, count: number): string[] {
		return (this.lines.get(unit) ?? []).slice(-count);
	}
}
