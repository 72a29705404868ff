/** Pages read what is left at most so often. Milliseconds. */
const TELL_MS = 1_000;

/** How many nodes are read at this moment for migrations that exist. In memory: a restart ends the reading, and nothing depends on it. */
export class Readings {
	readonly #left = new Map<string, number>();
	/** What has changed since it was told. */
	readonly #untold = new Map<string, NodeJS.Timeout>();

	/** `onChanged`: when the reading for a migration begins, when it is over, and every second in between in which it has become less. */
	constructor(private readonly onChanged: (migrationId: string) => void) {}

	/** Of one migration; each that is read makes it fewer. */
	of(migrationId: string): number {
		return this.#left.get(migrationId) ?? 0;
	}

	/** Reads all at once, and gives what each came to. */
	async all<Node, Came>(migrationId: string, nodes: readonly Node[], read: (node: Node, index: number) => Promise<Came>): Promise<Came[]> {
		this.#add(migrationId, nodes.length);
		this.onChanged(migrationId);
		return Promise.all(
			nodes.map(async (node, index) => {
				try {
					return await read(node, index);
				} finally {
					this.#add(migrationId, -1);
					this.#tell(migrationId);
				}
			}),
		);
	}

	#tell(migrationId: string): void {
		const over = this.of(migrationId) === 0;
		if (!over && this.#untold.has(migrationId)) return;
		const tell = () => {
			clearTimeout(this.#untold.get(migrationId));
			this.#untold.delete(migrationId);
			this.onChanged(migrationId);
		};
		if (over) tell();
		else this.#untold.set(migrationId, setTimeout(tell, TELL_MS).unref());
	}

	#add(migrationId: string, count: number): void {
		const left = this.of(migrationId) + count;
		if (left > 0) this.#left.set(migrationId, left);
		else this.#left.delete(migrationId);
	}
}
