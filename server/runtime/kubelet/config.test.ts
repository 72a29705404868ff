import { describe, expect, it } from "vitest";
import { planRuntimeEndpoint } from "./config.ts";

const ENDPOINT = "unix:///run/containerd/containerd.sock";

describe("planRuntimeEndpoint", () => {
	it("changes one value and no other byte", () => {
		const text = `apiVersion: kubelet.config.k8s.io/v1beta1\r\n# why: "x"\r\ncontainerRuntimeEndpoint: "unix:///var/run/cri-dockerd.sock" # old\r\nmode: 0644\r\nfileCheckFrequency: 0s`;
		expect(planRuntimeEndpoint(text, ENDPOINT)).toEqual({
			text: text.replace("unix:///var/run/cri-dockerd.sock", ENDPOINT),
			intended: [{ key: "containerRuntimeEndpoint", from: "unix:///var/run/cri-dockerd.sock", to: ENDPOINT }],
		});
	});

	it("keeps JSON valid JSON", () => {
		const text = '{"kind": "KubeletConfiguration", "containerRuntimeEndpoint": "unix:///run/cri-dockerd.sock"}';
		expect(JSON.parse(planRuntimeEndpoint(text, ENDPOINT)?.text ?? "")).toEqual({
			kind: "KubeletConfiguration",
			containerRuntimeEndpoint: ENDPOINT,
		});
	});

	it.each([
		["an alias", "a: &sock unix:///x.sock\ncontainerRuntimeEndpoint: *sock\n"],
		["an anchor that others use", "containerRuntimeEndpoint: &sock unix:///x.sock\nother: *sock\n"],
		["a folded text", "containerRuntimeEndpoint: >-\n  unix:///x.sock\n"],
		["escapes", 'containerRuntimeEndpoint: "unix:\\/\\/\\/x.sock"\n'],
		["a list", "imageServiceEndpoint: [unix:///x.sock]\n"],
	])("refuses to change %s", (_what, text) => {
		expect(() => planRuntimeEndpoint(text, ENDPOINT)).toThrow(expect.objectContaining({ code: "kubelet.config.endpoint" }));
	});

	it("takes the image endpoint along", () => {
		expect(planRuntimeEndpoint("imageServiceEndpoint: unix:///x.sock\n", ENDPOINT)?.text).toBe(`imageServiceEndpoint: ${ENDPOINT}\n`);
		const text = "imageServiceEndpoint: unix:///x.sock\ncontainerRuntimeEndpoint: unix:///x.sock\n";
		expect(planRuntimeEndpoint(text, ENDPOINT)?.text).toBe(`imageServiceEndpoint: ${ENDPOINT}\ncontainerRuntimeEndpoint: ${ENDPOINT}\n`);
	});

	it.each(["", "cgroupDriver: systemd\n", 'containerRuntimeEndpoint: ""\n', `containerRuntimeEndpoint: '${ENDPOINT}'\n`])(
		"leaves %j alone",
		(text) => {
			expect(planRuntimeEndpoint(text, ENDPOINT)).toBeNull();
		},
	);
});
