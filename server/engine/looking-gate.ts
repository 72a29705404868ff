import type { Message } from "../../lib/contracts/finding.ts";

/** `told` is why nothing goes on; null while that is only now being asked. */
export type GateAnswer =
	| { kind: "open" }
	| { kind: "closed"; told: Message | null }
	| { kind: "overdue"; told: Message; owners: readonly string[] };

/** A quick answer is waited for, so that what waits goes on at once; a slow one keeps no other migration waiting. */
const WAIT_MS = 1_000;

/** A gate that looks at something for each migration that asks, one look at a time, and answers by what it saw last. */
export abstract class LookingGate<Watch extends { pending: Promise<void> | null }> {
	/** What it knows, by migration. */
	protected readonly watches = new Map<string, Watch>();
	readonly #stopping = new AbortController();

	/** `onLooked`: a look that was not waited for has ended. */
	constructor(private readonly onLooked: () => void) {}

	protected get stopping(): AbortSignal {
		return this.#stopping.signal;
	}

	/** Ends what is under way and waits for it. */
	async stop(): Promise<void> {
		this.#stopping.abort();
		await Promise.allSettled([...this.watches.values()].map(({ pending }) => pending));
	}

	/** Forgets what it knows of migrations that no longer go on. */
	keepOnly(migrationIds: readonly string[]): void {
		const active = new Set(migrationIds);
		for (const id of this.watches.keys()) if (!active.has(id)) this.watches.delete(id);
	}

	/** Asked about again everything is looked at anew, and its time with it: a person has let it go on. */
	forget(migrationId: string): void {
		this.watches.delete(migrationId);
	}

	/** Waits for a look that was begun, a second at most. */
	protected async waitBriefly(watch: Watch, look: Promise<void>): Promise<void> {
		watch.pending = look;
		if (!(await endsBriefly(look))) void look.then(this.onLooked);
	}
}

/** False where it takes longer. */
function endsBriefly(work: Promise<void>): Promise<boolean> {
	let timer: NodeJS.Timeout | undefined;
	const limit = new Promise<boolean>((resolve) => {
		timer = setTimeout(() => resolve(false), WAIT_MS);
	});
	return Promise.race([work.then(() => true), limit]).finally(() => clearTimeout(timer));
}
