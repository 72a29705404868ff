import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../../lib/contracts/facts.ts";
import { harness } from "../fixtures/harness.ts";
import { fileWith } from "../fixtures/node.ts";

const recorded = readFileSync(new URL("../../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const { codes, find } = harness(recorded);
const argv = (facts: Facts, ...words: string[]) => {
	facts.kubelet.argv = ["/usr/bin/kubelet", ...words];
};

describe("space (33, rule 17)", () => {
	const GIB = 1024 ** 3;
	const disk = (totalGiB: number, freeGiB: number, imageGiB: number) => (facts: Facts) => {
		facts.kubelet.config = fileWith(facts.kubelet.configPath, "kind: KubeletConfiguration\n");
		for (const entry of facts.space)
			Object.assign(entry, {
				mountPoint: "/",
				totalBytes: totalGiB * GIB,
				availableBytes: freeGiB * GIB,
				totalInodes: 1000,
				availableInodes: 900,
			});
		facts.docker.imagesInUse = { known: true, value: [{ id: "sha256:1", tags: ["app:1"], digests: [], sizeBytes: imageGiB * GIB }] };
	};

	it("problem 33: is counted twice for each image, with the reserve, against what is free", () => {
		const short = find("node.space.too-little", disk(100, 10, 6));
		expect(short).toMatchObject({
			severity: "block",
			values: { mountPoint: "/", availableBytes: 10 * GIB, neededBytes: 12 * GIB + 128 * 1024 * 1024 },
		});
	});

	it("problem 32: does not count what containerd has already", () => {
		const there = (facts: Facts) => {
			disk(100, 20, 6)(facts);
			facts.containerd.images = { known: true, value: ["docker.io/library/app:1"] };
		};
		expect(codes(there)).toEqual([]);
	});

	it("must stay above the kubelet's own thresholds: 15 % for images by default, or what its file says", () => {
		expect(find("node.space.threshold", disk(100, 20, 5))?.values).toMatchObject({ percent: 15, thresholdBytes: 15 * GIB });
		const own = (facts: Facts) => {
			disk(100, 20, 5)(facts);
			facts.kubelet.config = fileWith(
				facts.kubelet.configPath,
				'evictionHard:\n  imagefs.available: "5Gi"\nimageGCHighThresholdPercent: 95\n',
			);
		};
		expect(codes(own)).toEqual([]);
		const flag = (facts: Facts) => {
			disk(100, 20, 5)(facts);
			argv(facts, "--eviction-hard=imagefs.available<50%");
		};
		expect(find("node.space.threshold", flag)?.values).toMatchObject({ percent: 50 });
	});

	it("is counted per file system", () => {
		const apart = (facts: Facts) => {
			disk(100, 10, 6)(facts);
			const images = facts.space.find((entry) => entry.path === "/var/lib/containerd");
			Object.assign(images ?? {}, { mountPoint: "/var/lib/containerd", availableBytes: 60 * GIB });
			for (const entry of facts.space) if (entry.mountPoint === "/") entry.availableBytes = 30 * GIB;
		};
		expect(codes(apart)).toEqual([]);
	});

	it("is unknown where df did not answer; inodes count too, except where there is no such number", () => {
		expect(
			codes((facts) => {
				facts.space = [];
			}),
		).toEqual(["node.space.unknown"]);
		const inodes = (available: number, total: number) => (facts: Facts) => {
			disk(100, 50, 1)(facts);
			for (const entry of facts.space) Object.assign(entry, { totalInodes: total, availableInodes: available });
		};
		expect(codes(inodes(10, 1000))).toEqual(["node.inodes.too-few"]);
		expect(codes(inodes(0, 0))).toEqual([]);
	});
});
