import type { Facts } from "../../lib/contracts/facts.ts";
import { readConfig } from "../probe/parse/kubelet.ts";
import { flagValue } from "../probe/parse/kubelet-argv.ts";

/** Free space below which this kubelet acts, in percent of a file system of the given size. */
export interface DiskThresholds {
	/** Of the file system that holds images: eviction by `imagefs.available`, or image collection's high threshold, whichever comes first. */
	readonly imagesPercent: (totalBytes: number) => number;
	/** Of the file system that holds /var/lib/kubelet: eviction by `nodefs.available`. */
	readonly nodePercent: (totalBytes: number) => number;
	readonly inodesPercent: number;
}

/** The kubelet's own, which hold where no signal of its own is set. */
const DEFAULT_EVICTION: Readonly<Record<string, string>> = {
	"imagefs.available": "15%",
	"nodefs.available": "10%",
	"nodefs.inodesFree": "5%",
};
const DEFAULT_COLLECTION_HIGH = 85;

const UNITS: Readonly<Record<string, number>> = {
	"": 1,
	k: 1e3,
	M: 1e6,
	G: 1e9,
	T: 1e12,
	Ki: 2 ** 10,
	Mi: 2 ** 20,
	Gi: 2 ** 30,
	Ti: 2 ** 40,
};

/** "15%" or a quantity such as "10Gi", as percent of `totalBytes`; 0 for anything else. */
function percentOf(quantity: string, totalBytes: number): number {
	const match = /^([\d.]+)(%|k|M|G|T|Ki|Mi|Gi|Ti|)$/.exec(quantity.trim());
	if (!match) return 0;
	const number = Number(match[1]);
	if (match[2] === "%") return number;
	return totalBytes > 0 ? Math.min(100, (number * (UNITS[match[2] ?? ""] ?? 0) * 100) / totalBytes) : 0;
}

/** "nodefs.available<10%,imagefs.available<15%" as the flag writes it. */
function fromFlag(text: string): Record<string, string> {
	return Object.fromEntries(
		text.split(",").flatMap((part) => {
			const [signal, quantity] = part.split("<");
			return signal && quantity ? [[signal.trim(), quantity]] : [];
		}),
	);
}

/** What the kubelet's flags and file say about free space. Signals that are not set at all keep the kubelet's defaults only where none is set. */
export function diskThresholds(kubelet: Facts["kubelet"]): DiskThresholds {
	const config = readConfig(kubelet.config, true);
	const file = config.known ? config.value : {};
	const flag = flagValue(kubelet.argv, "eviction-hard");
	const configured = file["evictionHard"];
	const byFile =
		typeof configured === "object" && configured !== null
			? Object.fromEntries(Object.entries(configured).map(([signal, quantity]) => [signal, String(quantity)]))
			: null;
	const eviction = flag !== null ? fromFlag(flag) : (byFile ?? DEFAULT_EVICTION);
	const high = Number(flagValue(kubelet.argv, "image-gc-high-threshold") ?? file["imageGCHighThresholdPercent"] ?? DEFAULT_COLLECTION_HIGH);
	// 100 turns image collection off.
	const collection = Number.isFinite(high) ? Math.max(0, 100 - high) : 100 - DEFAULT_COLLECTION_HIGH;
	return {
		imagesPercent: (totalBytes) => Math.max(collection, percentOf(eviction["imagefs.available"] ?? "", totalBytes)),
		nodePercent: (totalBytes) => percentOf(eviction["nodefs.available"] ?? "", totalBytes),
		inodesPercent: percentOf(eviction["nodefs.inodesFree"] ?? "", 0),
	};
}
