import { BLOCK, type CommonInput, defineCheck } from "../check.ts";

/** Systems whose /usr is an image that the next update replaces (safety rule 15). */
const IMAGE_BASED: ReadonlySet<string> = new Set([
	"bottlerocket",
	"container-linux",
	"coreos",
	"cos",
	"flatcar",
	"kairos",
	"opensuse-microos",
	"rhcos",
	"sl-micro",
	"sle-micro",
	"talos",
]);

export const folders = defineCheck({
	id: "folders",
	codes: { "node.image-based": BLOCK, "node.folder.not-writable": BLOCK },
	run: ({ facts: { host } }: CommonInput) => {
		if (host.imageBased || IMAGE_BASED.has(host.osId)) {
			return [{ code: "node.image-based", values: { system: host.osPretty || host.osId } }];
		}
		return Object.entries(host.writable)
			.filter(([, writable]) => !writable)
			.map(([path]) => ({ code: "node.folder.not-writable" as const, values: { path } }));
	},
});
