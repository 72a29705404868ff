import type { Message } from "../../lib/contracts/finding.ts";
import type { Db } from "../db/client.ts";
import { asMessage } from "../engine/executor/failure.ts";
import type { PresentedHostKey } from "../ssh/errors.ts";
import type { TrustedHop } from "../ssh/hop.ts";
import type { scanHostKeys } from "../ssh/scan.ts";
import type { Credentials } from "./credentials.ts";
import { endpointsOf, type NodeEndpoint } from "./endpoints.ts";
import { InventoryError } from "./errors.ts";

/** One address to be scanned, and the nodes behind it. */
export interface ScanPlace {
	hop: "node" | "jump";
	address: string;
	port: number;
	nodes: readonly NodeEndpoint[];
}

export type ScanResult = { place: ScanPlace; shown: PresentedHostKey[]; error: null } | { place: ScanPlace; shown: null; error: Message };

export interface Scanning {
	db: Db;
	credentials: Pick<Credentials, "targetOf">;
	scan: typeof scanHostKeys;
	signal?: AbortSignal;
	onEach?: (done: number, total: number) => void;
}

const CONCURRENCY = 8;
/** Three handshakes, over a slow line too. */
const TIMEOUT_MS = 20_000;

/** Asks the addresses of nodes, and first those of their jump hosts, for their host keys. A failure is a result. */
export async function scanPlaces(scanning: Scanning, nodeIds: readonly string[]): Promise<ScanResult[]> {
	const endpoints = (await endpointsOf(scanning.db, { nodeIds })).filter((one) => one.address !== "");
	const jumps = grouped(
		"jump",
		endpoints.filter((one) => one.jump !== null),
		(one) => one.jump ?? one,
	);
	// Two nodes may share an address behind two jump hosts: then it is two places.
	const nodes = grouped(
		"node",
		endpoints,
		(one) => one,
		(one) => (one.jump ? `${one.jump.address} ${one.jump.port}` : ""),
	);
	const places = [...jumps, ...nodes];
	const results: ScanResult[] = [];
	const queue = [...places];
	const lane = async () => {
		for (let place = queue.shift(); place !== undefined && !scanning.signal?.aborted; place = queue.shift()) {
			results.push(await scanOne(scanning, place));
			scanning.onEach?.(results.length, places.length);
		}
	};
	await Promise.all(Array.from({ length: Math.min(CONCURRENCY, places.length) }, lane));
	return places.flatMap((place) => results.filter((result) => result.place === place));
}

async function scanOne({ scan, credentials, signal }: Scanning, place: ScanPlace): Promise<ScanResult> {
	try {
		const first = place.nodes[0];
		let jump: TrustedHop | undefined;
		if (place.hop === "node" && first?.jump) {
			jump = (await credentials.targetOf(first.nodeId)).jump;
			if (jump && jump.hostKeys.length === 0) throw new InventoryError("host-keys.jump-first", { jump: `${jump.address}:${jump.port}` });
		}
		const { address, port } = place;
		return { place, shown: await scan({ address, port }, { timeoutMs: TIMEOUT_MS, signal, jump }), error: null };
	} catch (error) {
		return { place, shown: null, error: asMessage(error) };
	}
}

function grouped(
	hop: ScanPlace["hop"],
	endpoints: readonly NodeEndpoint[],
	where: (one: NodeEndpoint) => { address: string; port: number },
	apart: (one: NodeEndpoint) => string = () => "",
): ScanPlace[] {
	const places = new Map<string, { hop: ScanPlace["hop"]; address: string; port: number; nodes: NodeEndpoint[] }>();
	for (const one of endpoints) {
		const { address, port } = where(one);
		const key = `${address} ${port} ${apart(one)}`;
		const place = places.get(key) ?? { hop, address, port, nodes: [] };
		place.nodes.push(one);
		places.set(key, place);
	}
	return [...places.values()];
}
