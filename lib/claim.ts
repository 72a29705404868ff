/** Tabs hear the same within a moment; after so long the same word is news again. Milliseconds. */
const CLAIM_MS = 30_000;
const KEY = "gantry.claims";

interface ClaimPorts {
	/** Runs `work` while no other tab of the browser does; null where the browser knows no locks, as over plain HTTP. */
	alone: (<T>(work: () => T) => Promise<T>) | null;
	storage: Pick<Storage, "getItem" | "setItem">;
	nowMs: number;
}

/** True for the first tab of the browser that asks for `key`, false for all others. True where nothing can be stored: rather twice than never. */
export async function claim(key: string, { alone, storage, nowMs }: ClaimPorts): Promise<boolean> {
	const take = () => {
		try {
			const claims = new Map(readClaims(storage).filter(([, atMs]) => Math.abs(nowMs - atMs) < CLAIM_MS));
			if (claims.has(key)) return false;
			storage.setItem(KEY, JSON.stringify([...claims, [key, nowMs]]));
			return true;
		} catch {
			return true;
		}
	};
	return alone ? alone(take) : take();
}

function readClaims(storage: ClaimPorts["storage"]): [string, number][] {
	const stored: unknown = JSON.parse(storage.getItem(KEY) ?? "[]");
	return Array.isArray(stored)
		? stored.filter((one) => Array.isArray(one) && typeof one[0] === "string" && typeof one[1] === "number")
		: [];
}
