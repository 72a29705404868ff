import type { HostKeyScan as ReviewedScan } from "../../lib/contracts/host-key.ts";
import type { HostKeyScan, ScannedKey } from "../../lib/contracts/inventory.ts";
import type { Actor } from "../audit/audit.ts";
import type { Db } from "../db/client.ts";
import { InventoryError } from "./errors.ts";
import type { HostKeys } from "./host-keys.ts";

interface Review {
	scan: HostKeyScan;
	/** Text of the uploaded file; null where there is none. */
	knownHosts: string | null;
	nodeIds: ReadonlyMap<string, string>;
	/** Places (`address port`) where a key was accepted since the scan. */
	decided: Set<string>;
}

/** Scans as one person goes through them: what was seen, the known_hosts beside it, and what has been decided since. */
export class HostKeyReviews {
	readonly #reviews = new Map<string, Review>();

	constructor(private readonly options: { db: Db; hostKeys: HostKeys }) {}

	/** Scans these nodes and their jump hosts. */
	async begin(nodeIds: readonly string[], knownHosts: string | null, signal?: AbortSignal): Promise<ReviewedScan> {
		const { db, hostKeys } = this.options;
		const scan = await hostKeys.scan(nodeIds, { ...(knownHosts === null ? {} : { knownHosts }), signal });
		const names = await db.node.findMany({ where: { id: { in: [...nodeIds] } }, select: { id: true, name: true } });
		this.#forgetExpired();
		const review: Review = { scan, knownHosts, nodeIds: new Map(names.map((node) => [node.name, node.id])), decided: new Set() };
		this.#reviews.set(scan.id, review);
		return toView(review);
	}

	/** Throws `host-keys.scan-expired`, as all that follow. */
	get(scanId: string): ReviewedScan {
		return toView(this.#find(scanId));
	}

	/** Lays a known_hosts file beside what was seen. */
	compare(scanId: string, knownHosts: string): ReviewedScan {
		const review = this.#find(scanId);
		const verdicts = this.options.hostKeys.verdicts(scanId, knownHosts);
		review.knownHosts = knownHosts;
		review.scan.keys = review.scan.keys.map((key) => ({ ...key, knownHosts: verdicts.get(key.id) ?? "unknown" }));
		return toView(review);
	}

	async acceptMatches(scanId: string, actor: Actor): Promise<ReviewedScan> {
		const review = this.#find(scanId);
		for (const key of await this.options.hostKeys.acceptMatches(scanId, review.knownHosts ?? "", actor)) review.decided.add(place(key));
		return toView(review);
	}

	/** Throws as HostKeys.acceptOne. */
	async accept(scanId: string, entryId: string, actor: Actor): Promise<ReviewedScan> {
		const review = this.#find(scanId);
		review.decided.add(place(await this.options.hostKeys.acceptOne(scanId, entryId, actor, review.knownHosts ?? "")));
		return toView(review);
	}

	/**
	 * `expectedSha256`: of the accepted key that the person saw and means to replace. Throws as HostKeys.replaceChanged, and
	 * `host-keys.changed` where it is another one.
	 */
	async replace(scanId: string, entryId: string, expectedSha256: string, actor: Actor): Promise<ReviewedScan> {
		const review = this.#find(scanId);
		const key = review.scan.keys.find((one) => one.id === entryId);
		if (key && expectedOf(key) !== expectedSha256) {
			const { address, port, algorithm, sha256 } = key;
			throw new InventoryError("host-keys.changed", { address, port, algorithm, sha256, expected: expectedOf(key) ?? "" });
		}
		review.decided.add(place(await this.options.hostKeys.replaceChanged(scanId, entryId, actor)));
		return toView(review);
	}

	#find(scanId: string): Review {
		this.#forgetExpired();
		const review = this.#reviews.get(scanId);
		if (!review) throw new InventoryError("host-keys.scan-expired", { scan: scanId.slice(0, 32) });
		return review;
	}

	#forgetExpired(): void {
		const now = new Date().toISOString();
		for (const [id, { scan }] of this.#reviews) if (scan.expiresAt <= now) this.#reviews.delete(id);
	}
}

function place({ address, port }: { address: string; port: number }): string {
	return `${address} ${port}`;
}

/** Of the accepted key that this one would replace: one of its own type before any other. */
function expectedOf(key: ScannedKey): string | null {
	return (key.accepted.find((one) => one.algorithm === key.algorithm) ?? key.accepted[0])?.sha256 ?? null;
}

function toView({ scan, nodeIds, decided }: Review): ReviewedScan {
	const nodeId = (hop: ScannedKey["hop"], names: readonly string[]) => (hop === "node" ? (nodeIds.get(names[0] ?? "") ?? null) : null);
	return {
		scanId: scan.id,
		keys: scan.keys.map((key) => ({
			entryId: key.id,
			nodeId: nodeId(key.hop, key.nodeNames),
			label: key.hop === "node" ? key.nodeNames.join(", ") : key.address,
			address: key.address,
			port: key.port,
			algorithm: key.algorithm,
			sha256: key.sha256,
			// One accepted key of a host is enough: it proves the host, and its others need no decision.
			accepted: decided.has(place(key)) ? "accepted" : key.state,
			expectedSha256: expectedOf(key),
			knownHosts: key.knownHosts,
		})),
		errors: scan.failures.map((failure) => ({
			nodeId: nodeIds.get(failure.nodeNames[0] ?? "") ?? null,
			label: failure.nodeNames.join(", ") || failure.address,
			error: failure.error,
		})),
	};
}
