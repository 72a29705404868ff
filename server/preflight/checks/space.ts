import type { Facts } from "../../../lib/contracts/facts.ts";
import { imagesToCarry } from "../../plan/images.ts";
import { GANTRY_DIR } from "../../plan/layout.ts";
import { DEFAULT_CONTAINERD_ROOT } from "../../probe/commands.ts";
import { BLOCK, BLOCK_UNLESS_OVERRIDDEN, defineCheck, type Observation, type PreflightInput } from "../check.ts";
import { diskThresholds } from "../thresholds.ts";

const MIB = 1024 * 1024;
/** The reserve that revert gives back, and scripts, snapshot, evidence and crictl beside it. */
const GANTRY_NEEDS = 64 * MIB + 64 * MIB;

type Space = Facts["space"][number];

/** Bytes that the carried images take in containerd's store: layers as they came, and once more unpacked (problem 33). */
function imageBytes({ facts, policy }: PreflightInput): number {
	// There is nothing to carry on a node that is on containerd already.
	if (facts.kubelet.runtime === "containerd") return 0;
	const read = facts.kubelet.pauseImage;
	const pause = policy.sandboxImage ?? (read.known ? read.value.value : "");
	const there = new Set(facts.containerd.images.known ? facts.containerd.images.value : []);
	const missing = imagesToCarry(facts, pause, policy.carryImages).filter((image) => !there.has(image.kept));
	return missing.reduce((sum, image) => sum + image.sizeBytes, 0) * 2;
}

/** Space after prepare, against what prepare needs and against the kubelet's own eviction and image collection (safety rule 17). */
export const space = defineCheck({
	id: "space",
	codes: {
		"node.space.unknown": BLOCK,
		"node.space.too-little": BLOCK,
		// Beyond the threshold the kubelet evicts pods, or collects the very images that were carried.
		"node.space.threshold": BLOCK_UNLESS_OVERRIDDEN,
		"node.inodes.too-few": BLOCK_UNLESS_OVERRIDDEN,
	},
	run: (input: PreflightInput) => {
		const { facts } = input;
		const at = (path: string): Space | undefined => facts.space.find((entry) => entry.path === path);
		const root = facts.containerd.root ?? DEFAULT_CONTAINERD_ROOT;
		const images = at(root);
		const gantry = at(GANTRY_DIR);
		const kubelet = at("/var/lib/kubelet");
		if (!images || !gantry) return [{ code: "node.space.unknown", values: { path: images ? GANTRY_DIR : root } }];

		const needed = new Map<string, { space: Space; bytes: number; percent: number }>();
		const need = (entry: Space, bytes: number, percent: number) => {
			const before = needed.get(entry.mountPoint);
			needed.set(entry.mountPoint, {
				space: before?.space ?? entry,
				bytes: (before?.bytes ?? 0) + bytes,
				percent: Math.max(before?.percent ?? 0, percent),
			});
		};
		const thresholds = diskThresholds(facts.kubelet);
		need(images, imageBytes(input), thresholds.imagesPercent(images.totalBytes));
		need(gantry, GANTRY_NEEDS, 0);
		if (kubelet) need(kubelet, 0, thresholds.nodePercent(kubelet.totalBytes));

		return [...needed.values()].flatMap(
			({ space: entry, bytes, percent }): Observation<"node.space.too-little" | "node.space.threshold" | "node.inodes.too-few">[] => {
				const values = { path: entry.path, mountPoint: entry.mountPoint, neededBytes: bytes, availableBytes: entry.availableBytes };
				if (entry.availableBytes < bytes) return [{ code: "node.space.too-little", values }];
				const afterBytes = entry.availableBytes - bytes;
				const thresholdBytes = Math.ceil((entry.totalBytes * percent) / 100);
				if (afterBytes < thresholdBytes) {
					return [
						{
							code: "node.space.threshold",
							values: { ...values, afterBytes, thresholdBytes, percent },
							evidence: { path: facts.kubelet.configPath },
						},
					];
				}
				const least = Math.ceil((entry.totalInodes * thresholds.inodesPercent) / 100);
				if (entry.totalInodes > 0 && entry.availableInodes < least) {
					return [
						{
							code: "node.inodes.too-few",
							values: { path: entry.path, mountPoint: entry.mountPoint, available: entry.availableInodes, needed: least },
						},
					];
				}
				return [];
			},
		);
	},
});
