import { describe, expect, it } from "vitest";
import { addConfigKeys, setConfigKey } from "./config-keys.ts";

const CONFIG = "apiVersion: kubelet.config.k8s.io/v1beta1\ncgroupDriver: cgroupfs # as Docker\nkind: KubeletConfiguration\n";

describe("a key of a KubeletConfiguration", () => {
	it("gets another word where it stands, with its quotes and its comment", () => {
		expect(setConfigKey(CONFIG, "cgroupDriver", "systemd")).toEqual({
			text: CONFIG.replace("cgroupfs", "systemd"),
			intended: [{ key: "cgroupDriver", from: "cgroupfs", to: "systemd" }],
		});
		expect(setConfigKey(CONFIG.replace("cgroupfs", '"cgroupfs"'), "cgroupDriver", "systemd")?.text).toContain('cgroupDriver: "systemd" #');
		expect(setConfigKey(CONFIG, "cgroupDriver", "cgroupfs")).toBeNull();
	});

	it("is added at the end, in the file's own line ends", () => {
		expect(setConfigKey("kind: KubeletConfiguration\r\n", "cgroupDriver", "systemd")?.text).toBe(
			"kind: KubeletConfiguration\r\ncgroupDriver: systemd\r\n",
		);
		expect(addConfigKeys("a: 1", { b: 2 })?.text).toBe("a: 1\nb: 2\n");
		expect(addConfigKeys(CONFIG, { cgroupDriver: "systemd" })).toBeNull();
	});

	it("is left where a change would change more", () => {
		expect(() => setConfigKey("x: &d cgroupfs\ncgroupDriver: *d\n", "cgroupDriver", "systemd")).toThrow(
			expect.objectContaining({ code: "kubelet.config.key" }),
		);
		expect(addConfigKeys("{ a: 1 }", { b: 2 })).toBeNull();
		expect(addConfigKeys("a: 1\n...\n", { b: 2 })).toBeNull();
	});
});
