import { expect, it } from "vitest";
import { rollbackEffects } from "./rollback-effects.ts";

type Detail = NonNullable<Parameters<typeof rollbackEffects>[0][number]>;

function detail({ paths = [] as string[], limitS = 0, drain = true, withoutApi = false, images = [] as string[] } = {}): Detail {
	const steps = ["stop-kubelet", "start-kubelet"].map((id) => ({ id, limitS }));
	return {
		run: { withoutApi },
		migration: { policy: { drain: { enabled: drain } } },
		plan: { files: paths.map((path) => ({ path })), steps },
		facts: { containerd: { images: { known: true, value: images } } },
	} as unknown as Detail;
}

it("says nothing of some nodes while others are not read", () => {
	expect(rollbackEffects([detail({ paths: ["/a"] }), undefined])).toBeNull();
	expect(rollbackEffects([undefined])).toBeNull();
});

it("is each file once, the longest outage, and a drain where one node has it", () => {
	const one = detail({ paths: ["/a", "/b"], limitS: 30, drain: false });
	const other = detail({ paths: ["/b", "/c"], limitS: 60 });
	expect(rollbackEffects([one, other])).toMatchObject({ files: 3, outageMs: 120_000, drains: true });
	expect(rollbackEffects([one])).toMatchObject({ files: 2, outageMs: 60_000, drains: false });
	expect(rollbackEffects([detail({ withoutApi: true })])?.drains).toBe(false);
	expect(rollbackEffects([{ ...one, plan: null, facts: null }])).toEqual({ files: 0, outageMs: 0, drains: false, byDigest: [] });
});

it("names images that no tag leads to, each once and in order", () => {
	const images = [
		"registry:5000/web@sha256:b",
		"docker.io/library/nginx:1",
		"docker.io/library/nginx@sha256:a",
		"sha256:c",
		"registry:5000/api@sha256:d",
	];
	const byDigest = ["registry:5000/api@sha256:d", "registry:5000/web@sha256:b"];
	expect(rollbackEffects([detail({ images }), detail({ images })])?.byDigest).toEqual(byDigest);
});
