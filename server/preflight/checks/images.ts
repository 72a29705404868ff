import { imagesWithoutTag } from "../../plan/images.ts";
import { BLOCK, defineCheck, listed, type PreflightInput, WARN } from "../check.ts";

export const images = defineCheck({
	id: "images",
	codes: {
		"docker.images.unknown": BLOCK,
		// `docker save` names images by tag and keeps no registry digest: these come from the registry after the cutover.
		"images.without-tag": WARN,
		"images.not-carried": WARN,
	},
	run: ({ facts, policy }: PreflightInput) => {
		const { imagesInUse } = facts.docker;
		if (!imagesInUse.known) return [{ code: "docker.images.unknown", values: { reason: imagesInUse.reason } }];
		const all = imagesInUse.value;
		if (!policy.carryImages && all.length > 0) {
			return [{ code: "images.not-carried", values: { count: all.length, bytes: all.reduce((sum, image) => sum + image.sizeBytes, 0) } }];
		}
		const untagged = imagesWithoutTag(facts);
		if (untagged.length === 0) return [];
		const names = untagged.map(({ name }) => name);
		const pods = [...new Set(untagged.flatMap((image) => image.pods))];
		return [
			{
				code: "images.without-tag",
				values: { count: untagged.length, images: listed(names), pods: listed(pods) || "-" },
				evidence: { text: untagged.map(({ name, pods: users }) => [name, ...users.map((pod) => `  ${pod}`)].join("\n")).join("\n") },
			},
		];
	},
});
