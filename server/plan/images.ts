import type { Facts, ImageFact } from "../../lib/contracts/facts.ts";

/**
 * The name under which containerd keeps what `docker save NAME` gave it: `busybox:1.35` becomes
 * `docker.io/library/busybox:1.35`, names with a registry stay (seen with containerd 1.6, domain.md 5).
 */
export function containerdName(name: string): string {
	const first = name.split("/", 1)[0] ?? "";
	const hasRegistry = name.includes("/") && (first.includes(".") || first.includes(":") || first === "localhost");
	const full = hasRegistry ? name : name.includes("/") ? `docker.io/${name}` : `docker.io/library/${name}`;
	const last = full.slice(full.lastIndexOf("/") + 1);
	return last.includes(":") || full.includes("@") ? full : `${full}:latest`;
}

export interface CarriedImage {
	saved: string;
	kept: string;
	id: string;
	sizeBytes: number;
}

/**
 * Images in use that cannot be carried over: `docker save` keeps no registry digest, and without a tag nothing is left to find them by.
 * `pods` are those that use one, as namespace/name; they need the registry after the cutover.
 */
export function imagesWithoutTag({ docker }: Facts): { name: string; pods: string[] }[] {
	const inUse = docker.imagesInUse.known ? docker.imagesInUse.value : [];
	const containers = docker.containers.known ? docker.containers.value : [];
	return inUse
		.filter((image) => image.tags.length === 0)
		.map((image) => {
			const users = containers.filter((container) => container.kubernetes && isOf(container.image, image));
			return { name: image.digests[0] ?? image.id, pods: [...new Set(users.flatMap(({ name }) => podOf(name) ?? []))].sort() };
		});
}

/** A container names its image by id, whole or shortened, or by digest. */
function isOf(named: string, image: ImageFact): boolean {
	const id = (text: string) => text.replace(/^sha256:/, "");
	return image.digests.includes(named) || (/^[0-9a-f]{12,64}$/.test(id(named)) && id(image.id).startsWith(id(named)));
}

/** `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`, as dockershim and cri-dockerd name containers. */
function podOf(container: string): string | null {
	const [kind, , pod, namespace] = container.split("_");
	return kind === "k8s" && pod && namespace ? `${namespace}/${pod}` : null;
}

/**
 * Images that prepare carries over: those that a Kubernetes container of this node uses, once each, that containerd does not
 * have yet, and the pause image in any case. An image without a tag cannot be named to `docker save` and stay found: it is left out.
 */
export function imagesToCarry(facts: Facts, pauseImage: string, carryAll: boolean): CarriedImage[] {
	const inUse = facts.docker.imagesInUse.known ? facts.docker.imagesInUse.value : [];
	const containers = facts.docker.containers.known ? facts.docker.containers.value : [];
	const namedByPods = new Set(containers.filter((container) => container.kubernetes).map((container) => container.image));
	const tagOf = (image: ImageFact) =>
		image.tags.find((tag) => tag === pauseImage) ?? image.tags.find((tag) => namedByPods.has(tag)) ?? image.tags[0];
	const wanted = new Map<string, CarriedImage>();
	for (const image of inUse) {
		const saved = tagOf(image);
		if (saved === undefined) continue;
		if (!carryAll && saved !== pauseImage) continue;
		wanted.set(saved, { saved, kept: containerdName(saved), id: image.id, sizeBytes: image.sizeBytes });
	}
	if (!wanted.has(pauseImage)) wanted.set(pauseImage, { saved: pauseImage, kept: containerdName(pauseImage), id: "", sizeBytes: 0 });
	return [...wanted.values()].sort((a, b) => (a.saved < b.saved ? -1 : 1));
}
