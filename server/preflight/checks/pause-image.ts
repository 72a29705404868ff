import type { Facts } from "../../../lib/contracts/facts.ts";
import { containerdName } from "../../plan/images.ts";
import { BLOCK, defineCheck, type PreflightInput } from "../check.ts";

/** Null where Docker's images could not be listed: then it is not known to be missing. */
function onNode(facts: Facts, image: string): boolean | null {
	const { docker, containerd } = facts;
	if (containerd.images.known && containerd.images.value.includes(containerdName(image))) return true;
	const inUse = docker.imagesInUse.known ? docker.imagesInUse.value.flatMap(({ tags, digests }) => [...tags, ...digests]) : [];
	if (inUse.includes(image)) return true;
	return docker.imageNames?.known ? docker.imageNames.value.includes(image) : null;
}

/** One pause image, the same for the kubelet and containerd, there before the cutover (problems 7 and 8: collected, or not to be had without a registry). */
export const pauseImage = defineCheck({
	id: "pause-image",
	codes: { "kubelet.pause-image.unknown": BLOCK, "kubelet.pause-image.not-on-node": BLOCK },
	run: ({ facts, policy }: PreflightInput) => {
		const { pauseImage: read } = facts.kubelet;
		const image = policy.sandboxImage ?? (read.known ? read.value.value : null);
		if (image === null) return [{ code: "kubelet.pause-image.unknown", values: { reason: read.known ? "" : read.reason } }];
		const from = policy.sandboxImage !== null ? "policy" : read.known ? read.value.from : "";
		return onNode(facts, image) === false ? [{ code: "kubelet.pause-image.not-on-node", values: { image, from } }] : [];
	},
});
