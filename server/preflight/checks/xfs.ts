import { DEFAULT_CONTAINERD_ROOT } from "../../probe/commands.ts";
import { BLOCK, defineCheck, type PreflightInput, WARN } from "../check.ts";

/** overlayfs needs file types in directory entries: XFS made with ftype=0 refuses every container (problem 35). */
export const xfs = defineCheck({
	id: "xfs",
	codes: { "node.xfs.ftype": BLOCK, "node.xfs.ftype-unknown": WARN },
	run: ({ facts: { containerd, space } }: PreflightInput) => {
		const path = containerd.root ?? DEFAULT_CONTAINERD_ROOT;
		const entry = space.find((candidate) => candidate.path === path);
		if (entry?.fsType !== "xfs") return [];
		const values = { path, mountPoint: entry.mountPoint };
		if (!containerd.xfsFtype?.known) return [{ code: "node.xfs.ftype-unknown", values }];
		return containerd.xfsFtype.value ? [] : [{ code: "node.xfs.ftype", values }];
	},
});
