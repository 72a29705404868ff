import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDockerSettings } from "./daemon.ts";
import { parseJson } from "./json.ts";

describe("parseJson", () => {
	it("reads what JSON.parse reads", () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
				const text = JSON.stringify(value, null, indent);
				expect(parseJson(text)).toEqual(JSON.parse(text));
			}),
		);
	});

	it.each([
		[`{\n  "a": 1,\n}\n`, 3, 1],
		[`{ "a": 1 } x`, 1, 12],
		[`{\r\n "a" 1 }`, 2, 6],
		[`{ 'a': 1 }`, 1, 3],
		[`{ "a": "b\n" }`, 1, 8],
		[`\uFEFF[1, 2`, 1, 6],
		[`// no\n{}`, 1, 1],
		["", 1, 1],
	])("%j breaks in line %i, column %i", (text, line, column) => {
		expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: "json.syntax", line, column }));
	});
});

describe("readDockerSettings", () => {
	it("reads the file", () => {
		const text = JSON.stringify({
			"exec-opts": ["native.cgroupdriver=systemd"],
			"data-root": "/data/docker",
			"log-driver": "json-file",
			"log-opts": { "max-size": "100m", "max-file": "3" },
			"registry-mirrors": ["https://mirror.example.org"],
			"insecure-registries": ["10.0.0.1:5000"],
			"default-runtime": "nvidia",
			runtimes: { nvidia: { path: "nvidia-container-runtime" } },
			"live-restore": true,
			bip: "172.26.0.1/16",
			"default-ulimits": { nofile: { Name: "nofile", Soft: 1024, Hard: 4096 } },
		});
		expect(readDockerSettings(text, ["/usr/bin/dockerd", "-H", "fd://"])).toEqual({
			cgroupDriver: { value: "systemd", from: "daemon.json" },
			dataRoot: { value: "/data/docker", from: "daemon.json" },
			storageDriver: null,
			logDriver: { value: "json-file", from: "daemon.json" },
			logOpts: { "max-size": "100m", "max-file": "3" },
			registryMirrors: ["https://mirror.example.org"],
			insecureRegistries: ["10.0.0.1:5000"],
			defaultRuntime: { value: "nvidia", from: "daemon.json" },
			runtimes: { nvidia: "nvidia-container-runtime" },
			liveRestore: true,
			selinuxEnabled: false,
			ulimits: [{ name: "nofile", soft: 1024, hard: 4096 }],
			untranslated: [{ key: "bip", value: "172.26.0.1/16", from: "daemon.json" }],
		});
	});

	it("reads the command line, as Kubespray writes it", () => {
		const settings = readDockerSettings(null, [
			"/usr/bin/dockerd",
			"--iptables=false",
			"--exec-opt",
			"native.cgroupdriver=cgroupfs",
			"--graph=/srv/docker",
			"--log-opt",
			"max-size=50m",
			"--log-opt=max-file=5",
			"--registry-mirror=https://a.example.org",
			"--insecure-registry",
			"10.233.0.0/18",
			"--live-restore",
			"-s",
			"overlay2",
		]);
		expect(settings).toMatchObject({
			cgroupDriver: { value: "cgroupfs", from: "flag --exec-opt" },
			dataRoot: { value: "/srv/docker", from: "flag --data-root" },
			storageDriver: { value: "overlay2", from: "flag --storage-driver" },
			logOpts: { "max-size": "50m", "max-file": "5" },
			registryMirrors: ["https://a.example.org"],
			insecureRegistries: ["10.233.0.0/18"],
			liveRestore: true,
			untranslated: [{ key: "iptables", value: "false", from: "flag --iptables" }],
		});
	});

	it("knows the defaults, and takes an empty file for none", () => {
		expect(readDockerSettings("\uFEFF \n", [])).toMatchObject({
			cgroupDriver: null,
			dataRoot: { value: "/var/lib/docker", from: "default" },
			liveRestore: false,
			untranslated: [],
		});
		expect(() => readDockerSettings("[]", [])).toThrow(expect.objectContaining({ code: "json.syntax" }));
	});
});
