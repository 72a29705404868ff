import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseProbe } from "../probe/parse.ts";
import { type RuntimeSources, runtimeNow, type Shown, shownOf } from "./shown.ts";

const fixture = (name: string) => parseProbe(readFileSync(new URL(`../probe/fixtures/${name}.txt`, import.meta.url)));

it("shows a real node's runtime as the API does, without the distribution's suffix", () => {
	expect(shownOf(fixture("bookworm-dockershim"))).toEqual({ runtime: "dockershim", text: "docker://20.10.24", controlPlane: false });
});

describe("the runtime now", () => {
	const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
	const docker: Shown = { runtime: "dockershim", text: "docker://20.10.24", controlPlane: false };
	const containerd: Shown = { runtime: "containerd", text: "containerd://1.6.20", controlPlane: false };
	const api = (containerRuntime: string) => ({ containerRuntime }) as RuntimeSources["api"];
	const none: RuntimeSources = { shown: null, factsAt: null, api: null, apiSeenAt: null, lastRun: null };

	it.each<[string, Partial<RuntimeSources>, string, string]>([
		["nobody knows", {}, "unknown", ""],
		["the API alone", { api: api("docker://20.10.24"), apiSeenAt: at(9) }, "docker", "docker://20.10.24"],
		["another runtime", { api: api("cri-o://1.20"), apiSeenAt: at(9) }, "other", "cri-o://1.20"],
		["the kubelet alone", { shown: docker, factsAt: at(1) }, "dockershim", "docker://20.10.24"],
		[
			"both agree: the kubelet knows how",
			{ shown: docker, factsAt: at(1), api: api("docker://20.10.24+dfsg1"), apiSeenAt: at(9) },
			"dockershim",
			"docker://20.10.24+dfsg1",
		],
		[
			"the API lags behind a probe",
			{ shown: containerd, factsAt: at(8), api: api("docker://20.10.24"), apiSeenAt: at(9) },
			"containerd",
			"containerd://1.6.20",
		],
		[
			"somebody changed it after the probe",
			{ shown: docker, factsAt: at(1), api: api("containerd://1.6.20"), apiSeenAt: at(9) },
			"containerd",
			"containerd://1.6.20",
		],
		[
			"a run came after the probe",
			{ shown: docker, factsAt: at(1), lastRun: { text: "containerd://1.6.20", endedAt: at(2) } },
			"containerd",
			"containerd://1.6.20",
		],
		[
			"a probe came after the run",
			{ shown: docker, factsAt: at(3), lastRun: { text: "containerd://1.6.20", endedAt: at(2) } },
			"dockershim",
			"docker://20.10.24",
		],
		[
			"a run and the API's old word",
			{ api: api("docker://20.10.24"), apiSeenAt: at(3), lastRun: { text: "containerd://1.6.20", endedAt: at(2) } },
			"containerd",
			"containerd://1.6.20",
		],
	])("%s", (_case, sources, runtime, text) => {
		expect(runtimeNow({ ...none, ...sources })).toEqual({ runtime, text });
	});
});
