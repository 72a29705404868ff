import { describe, expect, it } from "vitest";
import { flagRules } from "./kubelet/flag-rules.ts";
import { pairAllowed } from "./matrix.ts";

const CONTAINERD = [
	"1.2.13",
	"1.3.7",
	"1.4.13",
	"1.5.18",
	"1.6.3",
	"1.6.39",
	"1.7.24",
	"1.7.28",
	"2.0.5",
	"2.1.9",
	"2.2.0",
	"2.3.1",
] as const;

const CELLS = {
	o: { verdict: "ok", reason: "in-matrix" },
	u: { verdict: "warn", reason: "unmaintained-line" },
	t: { verdict: "warn", reason: "outside-tested-pairs" },
	x: { verdict: "block", reason: "containerd-too-old" },
	c: { verdict: "block", reason: "cni-versions-defect" },
	r: { verdict: "block", reason: "cri-v1alpha2-removed" },
} as const;

/**
 * Every kubelet on every line of containerd, a letter a pair, written by hand from containerd's support table and the kubelets' changelogs.
 * `flags`: r `--container-runtime=remote` is added, d dockershim's go, c `--container-runtime` goes, p `--pod-infra-container-image` goes.
 */
const MATRIX: readonly (readonly [kubelet: string, cells: string, flags: string])[] = [
	//          1.2 1.3 1.4 1.5 1.6.3 1.6 1.7 1.7.28 2.0 2.1 2.2 2.3
	["v1.17.17", " x   u   o   o   c    o   o     o    r   r   r   r ", "rd"],
	["v1.18.20", " x   u   o   o   c    o   o     o    r   r   r   r ", "rd"],
	["v1.19.16", " x   u   o   o   c    o   o     o    r   r   r   r ", "rd"],
	["v1.20.15", " x   u   o   o   c    o   o     o    r   r   r   r ", "rd"],
	["v1.21.14", " x   u   o   o   c    o   o     o    r   r   r   r ", "rd"],
	["v1.22.17", " x   u   o   o   c    o   o     o    r   r   r   r ", "rd"],
	["v1.23.17", " x   x   x   o   c    o   o     o    t   t   t   t ", "rd"],
	["v1.24.17", " x   x   x   x   c    o   o     o    o   o   o   o ", "rd"],
	["v1.25.16", " x   x   x   x   c    o   o     o    o   o   o   o ", "rd"],
	["v1.26.15", " x   x   x   x   c    o   o     o    o   o   o   o ", "rd"],
	["v1.27.16", " x   x   x   x   c    o   o     o    o   o   o   o ", "dc"],
	["v1.28.15", " x   x   x   x   c    o   o     o    o   o   o   o ", "dc"],
	["v1.29.15", " x   x   x   x   c    o   o     o    o   o   o   o ", "dc"],
	["v1.30.14", " x   x   x   x   c    o   o     o    o   o   o   o ", "dc"],
	["v1.31.14", " x   x   x   x   c    o   o     o    o   o   o   o ", "dc"],
	["v1.32.10", " x   x   x   x   c    o   o     o    o   o   o   o ", "dc"],
	["v1.33.6", "  x   x   x   x   c    o   o     o    o   o   o   o ", "dc"],
	["v1.34.2", "  x   x   x   x   c    o   o     o    o   o   o   o ", "dc"],
	["v1.35.0", "  x   x   x   x   x    x   t     o    o   o   o   o ", "dcp"],
	["v1.36.0", "  x   x   x   x   x    x   x     x    t   t   o   o ", "dcp"],
	["v1.37.0", "  x   x   x   x   x    x   x     x    t   t   o   o ", "dcp"],
	["v1.38.0", "  x   x   x   x   x    x   x     x    t   t   o   o ", "dcp"],
];

describe("each cell of the version matrix", () => {
	const cells = MATRIX.flatMap(([kubelet, row]) =>
		[...row.replaceAll(" ", "")].map((letter, at) => [kubelet, CONTAINERD[at] ?? "none", letter as keyof typeof CELLS] as const),
	);

	it("is written out: every row has one cell for every containerd", () => {
		expect(cells).toHaveLength(MATRIX.length * CONTAINERD.length);
		expect(cells.every(([, containerd, letter]) => containerd !== "none" && letter in CELLS)).toBe(true);
	});

	it.each(MATRIX)("kubelet %s: allowed as written", (kubelet) => {
		const own = cells.filter(([of]) => of === kubelet);
		const found = own.map(([, containerd]) => [containerd, pairAllowed(kubelet, containerd)]);
		expect(found).toEqual(own.map(([, containerd, letter]) => [containerd, CELLS[letter]]));
	});

	it.each(MATRIX)("kubelet %s (%s): flags %s", (kubelet, _cells, flags) => {
		const { wanted, gone } = flagRules(kubelet, "unix:///run/containerd/containerd.sock");
		expect(wanted.get("container-runtime-endpoint")).toBe("unix:///run/containerd/containerd.sock");
		expect(wanted.get("container-runtime")).toBe(flags.includes("r") ? "remote" : undefined);
		for (const flag of ["network-plugin", "cni-bin-dir", "cni-conf-dir", "docker-endpoint"])
			expect(gone.has(flag)).toBe(flags.includes("d"));
		expect(gone.has("container-runtime")).toBe(flags.includes("c"));
		expect(gone.has("pod-infra-container-image")).toBe(flags.includes("p"));
	});
});
