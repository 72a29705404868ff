import { describe, expect, it } from "vitest";
import { crictlConfigText, parseCrictlConfig } from "./config.ts";

describe("crictl.yaml", () => {
	it("problem 41: is written with both endpoints, the timeout and the choice of debug", () => {
		const text = crictlConfigText({ debug: true });
		expect(text).toBe(
			"runtime-endpoint: unix:///run/containerd/containerd.sock\nimage-endpoint: unix:///run/containerd/containerd.sock\ntimeout: 10\ndebug: true\n",
		);
		expect(parseCrictlConfig(text)).toEqual({
			runtimeEndpoint: "unix:///run/containerd/containerd.sock",
			imageEndpoint: "unix:///run/containerd/containerd.sock",
			timeoutS: 10,
			debug: true,
		});
	});

	it("takes no endpoint that would be more than one word of YAML", () => {
		expect(() => crictlConfigText({ endpoint: "x\ndebug: true" })).toThrow(RangeError);
	});

	it("is read as others wrote it", () => {
		expect(parseCrictlConfig(`runtime-endpoint: "unix:///var/run/dockershim.sock"\n`)).toEqual({
			runtimeEndpoint: "unix:///var/run/dockershim.sock",
			imageEndpoint: null,
			timeoutS: null,
			debug: null,
		});
		expect(parseCrictlConfig("# nothing\n").runtimeEndpoint).toBeNull();
		expect(() => parseCrictlConfig("a: 'b\n")).toThrow(expect.objectContaining({ code: "yaml.syntax" }));
	});
});
