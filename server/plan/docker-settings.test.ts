import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../lib/contracts/facts.ts";
import { type Policy, policySchema } from "../../lib/contracts/plan.ts";
import { fileWith, soundFacts } from "../preflight/fixtures/node.ts";
import { registryStyle } from "../runtime/containerd/registries.ts";
import { DAEMON_JSON_FIXTURES } from "../runtime/fixtures/daemon-json.ts";
import { parseToml, valueAt } from "../runtime/toml/parse.ts";
import { carriedSettings, PROXY_DROP_IN, ULIMITS_DROP_IN } from "./docker-settings.ts";
import { planMigration } from "./migrate.ts";

const sound = soundFacts(readFileSync(new URL("../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8"));
const policy = (changes: Partial<Policy> = {}): Policy => ({ ...policySchema.parse({}), ...changes });
const textOf = (base64: string | null | undefined) => Buffer.from(base64 ?? "", "base64").toString("utf8");

function factsWith(change: (facts: Facts) => void): Facts {
	const facts = structuredClone(sound);
	facts.docker.unitFiles = [];
	change(facts);
	return facts;
}
const plan = (facts: Facts, chosen = policy()) =>
	planMigration({ runId: "abcdefgh01", nodeName: "node1", controlPlane: false, facts, policy: chosen, findings: [], crictl: null });

describe("Docker's configuration in the field", () => {
	it.each(DAEMON_JSON_FIXTURES.map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
		const facts = factsWith(({ docker }) => {
			const path = "/etc/docker/daemon.json";
			docker.daemonJson = fixture.text === null ? { ...docker.daemonJson, state: "absent" } : fileWith(path, fixture.text);
			docker.argv = ["/usr/bin/dockerd", ...(fixture.flags ?? [])];
			docker.certificates = fixture.certificates ?? [];
		});
		const found = carriedSettings(facts, policy());
		const registries = Object.entries(fixture.registries ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
		const hosts = found.files.filter(({ path }) => path.endsWith("/hosts.toml"));
		expect(hosts.map(({ path }) => path)).toEqual(registries.map(([host]) => `/etc/containerd/certs.d/${host}/hosts.toml`));
		for (const [index, [, urls]] of registries.entries()) {
			const read = parseToml(textOf(hosts[index]?.after?.contentBase64)).get("host");
			expect(read instanceof Map ? [...read.keys()] : []).toEqual(urls);
		}
		expect(found.containerd).toEqual({
			...(registries.length > 0 ? { registryFolder: "/etc/containerd/certs.d" } : {}),
			...(fixture.runtime ? { defaultRuntime: fixture.runtime } : {}),
		});
		expect(found.logRotation).toEqual(fixture.rotation ?? {});
		const dropIn = textOf(found.files.find(({ path }) => path === PROXY_DROP_IN)?.after?.contentBase64);
		expect(dropIn.split("\n").filter((line) => line.startsWith("Environment="))).toEqual(fixture.proxy ?? []);
		const limits = textOf(found.files.find(({ path }) => path === ULIMITS_DROP_IN)?.after?.contentBase64);
		expect(limits.split("\n").filter((line) => line.startsWith("Limit"))).toEqual(fixture.limits ?? []);
		expect(found.left.map(({ key, because }) => ({ key, because }))).toEqual(fixture.left ?? []);
		// Planned twice it is the same, and the files go away again with the way back.
		expect(plan(facts).scripts).toEqual(plan(facts).scripts);
		for (const file of found.files) expect(file.before).toBeNull();
	});
});

describe("what is carried over", () => {
	const withJson = (json: object, more: (facts: Facts) => void = () => {}) =>
		factsWith((facts) => {
			facts.docker.daemonJson = fileWith("/etc/docker/daemon.json", JSON.stringify(json));
			more(facts);
		});

	it("problem 31: goes into containerd's file and beside it, and the dump is judged by it", () => {
		const made = plan(withJson({ "registry-mirrors": ["https://mirror.example.com"], "insecure-registries": ["reg.example:5000"] }));
		const config = parseToml(textOf(made.files.find(({ path }) => path === "/etc/containerd/config.toml")?.after?.contentBase64));
		expect(valueAt(config, ["plugins", "io.containerd.grpc.v1.cri", "registry", "config_path"])).toBe("/etc/containerd/certs.d");
		expect(made.containerd?.settings.registryFolder).toBe("/etc/containerd/certs.d");
		const hosts = textOf(made.files.find(({ path }) => path.includes("reg.example"))?.after?.contentBase64);
		expect(hosts).toBe(`# Written by Gantry, as Docker was set up.
server = "https://reg.example:5000"

[host."https://reg.example:5000"]
  capabilities = ["pull", "resolve"]
  skip_verify = true

[host."http://reg.example:5000"]
  capabilities = ["pull", "resolve"]
`);
	});

	it("has containerd label containers for SELinux where Docker did, in the tables of the file's own version", () => {
		const enforcing = (facts: Facts) => {
			facts.host.selinux = "enforcing";
		};
		const made = plan(withJson({ "selinux-enabled": true }, enforcing));
		const config = parseToml(textOf(made.files.find(({ path }) => path === "/etc/containerd/config.toml")?.after?.contentBase64));
		expect(valueAt(config, ["plugins", "io.containerd.grpc.v1.cri", "enable_selinux"])).toBe(true);
		expect(made.containerd?.settings.enableSelinux).toBe(true);
		const newer = plan(
			withJson({ "selinux-enabled": true }, (facts) => {
				enforcing(facts);
				facts.containerd.version = { known: true, value: "2.1.0" };
				facts.kubelet.version = { known: true, value: "v1.30.0" };
				facts.containerd.config = fileWith("/etc/containerd/config.toml", "version = 3\n");
			}),
		);
		const third = parseToml(textOf(newer.files.find(({ path }) => path === "/etc/containerd/config.toml")?.after?.contentBase64));
		expect(valueAt(third, ["plugins", "io.containerd.cri.v1.runtime", "enable_selinux"])).toBe(true);
	});

	it("gives containerd's unit the ulimits that Docker gives to containers, where nobody has set it and systemd knows how", () => {
		const nofile = { Name: "nofile", Soft: 65_536, Hard: 131_072 };
		const limits = (more: (facts: Facts) => void) => {
			const found = carriedSettings(withJson({ "default-ulimits": { nofile } }, more), policy());
			return [
				...found.files.map(({ after }) => textOf(after?.contentBase64)),
				...found.carried.map(({ value }) => value),
				...found.left.map(({ because }) => because),
			];
		};
		const dropIn = "# Written by Gantry: the ulimits that Docker gives to containers.\n[Service]\nLimitNOFILE=65536:131072\n";
		expect(limits(() => {})).toEqual([dropIn, "nofile=65536:131072"]);
		expect(
			limits(({ host }) => {
				host.systemdVersion = { known: true, value: 219 };
			}),
		).toEqual(["systemd-too-old"]);
		const unit = (path: string) => (facts: Facts) => {
			facts.containerd.unitFiles = [fileWith(path, "[Service]\nLimitNOFILE=1048576\n")];
		};
		expect(limits(unit("/lib/systemd/system/containerd.service"))).toEqual([dropIn, "nofile=65536:131072"]);
		expect(limits(unit("/etc/systemd/system/containerd.service.d/limits.conf"))).toEqual(["exists"]);
	});

	it("names certificates where they lie, so that no key leaves the node", () => {
		const folder = "/etc/docker/certs.d/reg.example";
		const facts = factsWith(({ docker }) => {
			docker.certificates = [`${folder}/ca.crt`, `${folder}/client.cert`, `${folder}/client.key`];
		});
		const [hosts] = carriedSettings(facts, policy()).files;
		expect(textOf(hosts?.after?.contentBase64)).toContain(
			`  ca = ["${folder}/ca.crt"]\n  client = [["${folder}/client.cert", "${folder}/client.key"]]\n`,
		);
	});

	it("is written into the file's own tables for a daemon that knows no folder, and for a file that has such tables", () => {
		const json = { "registry-mirrors": ["https://mirror.example.com"], "insecure-registries": ["reg.example:5000"] };
		const old = plan(
			withJson(json, ({ containerd }) => {
				containerd.version = { known: true, value: "1.4.13~ds1" };
			}),
		);
		const config = parseToml(textOf(old.files.find(({ path }) => path === "/etc/containerd/config.toml")?.after?.contentBase64));
		const registry = ["plugins", "io.containerd.grpc.v1.cri", "registry"];
		expect(valueAt(config, [...registry, "mirrors", "docker.io", "endpoint"])).toEqual([
			"https://mirror.example.com",
			"https://registry-1.docker.io",
		]);
		expect(valueAt(config, [...registry, "configs", "reg.example:5000", "tls", "insecure_skip_verify"])).toBe(true);
		expect(valueAt(config, [...registry, "config_path"])).toBeUndefined();
		expect(old.files.filter(({ path }) => path.endsWith("hosts.toml"))).toEqual([]);
	});

	it("mirrors or configs beside config_path would keep the CRI plugin from loading: never both", () => {
		const inline = 'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\nendpoint = ["https://own"]\n';
		expect(registryStyle(inline, "1.7.20")).toEqual({ kind: "inline" });
		expect(registryStyle(inline.replace("mirrors", "configs"), "2.1.0")).toEqual({ kind: "inline" });
		expect(registryStyle("version = 2\n", "1.7.20")).toEqual({ kind: "folder", set: true });
		const folder = (path: string) => `version = 3\n[plugins.'io.containerd.cri.v1.images'.registry]\nconfig_path = "${path}"\n`;
		expect(registryStyle(folder("/etc/containerd/certs.d:/etc/docker/certs.d"), "2.2.0")).toEqual({ kind: "folder", set: false });
		expect(registryStyle(folder("/opt/registries"), "2.2.0")).toEqual({ kind: "elsewhere", path: "/opt/registries" });
		const made = plan(
			withJson({ "registry-mirrors": ["https://mirror.example.com"] }, ({ containerd }) => {
				containerd.config = fileWith("/etc/containerd/config.toml", inline);
			}),
		);
		const text = textOf(made.files.find(({ path }) => path === "/etc/containerd/config.toml")?.after?.contentBase64);
		expect(text).toContain('endpoint = ["https://own"]');
		expect(text).not.toContain("config_path");
	});

	it("leaves a hosts.toml that somebody wrote, and says so", () => {
		const path = "/etc/containerd/certs.d/docker.io/hosts.toml";
		const found = carriedSettings(
			withJson({ "registry-mirrors": ["https://mirror.example.com"] }, ({ containerd }) => {
				containerd.registryHosts = [fileWith(path, 'server = "https://own"\n')];
			}),
			policy(),
		);
		expect(found.files).toEqual([]);
		expect(found.left).toEqual([{ key: "registries", value: path, because: "exists" }]);
	});

	it("makes no path of what is no registry's name", () => {
		const odd = withJson({ "insecure-registries": ["..", "-x", "a/../../b", "a b", "reg.example:5000"] }, ({ docker }) => {
			docker.certificates = ["/etc/docker/certs.d/../ca.crt"];
		});
		const { files, left } = carriedSettings(odd, policy());
		expect(files.map(({ path }) => path)).toEqual(["/etc/containerd/certs.d/reg.example:5000/hosts.toml"]);
		expect(left.map(({ value }) => value)).toEqual(["..", "-x", "a/../../b", "a b"]);
	});

	it("takes the policy's mirrors in place of Docker's", () => {
		const chosen = policy({ registryMirrors: [{ registry: "quay.io", mirrors: ["https://mirror.example.com/v2/quay"] }] });
		const [hosts, ...others] = carriedSettings(withJson({ "registry-mirrors": ["https://docker.example"] }), chosen).files;
		expect(others).toEqual([]);
		expect(hosts?.path).toBe("/etc/containerd/certs.d/quay.io/hosts.toml");
		expect(textOf(hosts?.after?.contentBase64)).toContain("override_path = true");
	});

	it("problem 31: loses none of Docker's mirrors without a word where the policy names others, or none", () => {
		const facts = withJson({ "registry-mirrors": ["https://docker.example"] }, ({ docker }) => {
			docker.certificates = ["/etc/docker/certs.d/reg.example/ca.crt"];
		});
		const quay = [{ registry: "quay.io", mirrors: ["https://mirror.example.com"] }];
		expect(carriedSettings(facts, policy({ registryMirrors: quay })).left).toEqual([
			{ key: "registry-mirrors", value: "https://docker.example", because: "policy" },
		]);
		expect(carriedSettings(facts, policy({ registryMirrors: [] }))).toEqual(carriedSettings(facts, policy()));
		const only = carriedSettings(facts, policy({ registryMirrors: quay, carryDockerSettings: false }));
		expect(only.files.map(({ path }) => path)).toEqual(["/etc/containerd/certs.d/quay.io/hosts.toml"]);
	});

	it("gives containerd the proxy of docker.service, as systemd reads it", () => {
		const units = [
			fileWith(
				"/lib/systemd/system/docker.service",
				"[Service]\nEnvironment=HTTP_PROXY=http://old:1\nEnvironmentFile=-/etc/default/docker\n",
			),
			fileWith(
				"/etc/systemd/system/docker.service.d/proxy.conf",
				'[Service]\nEnvironment=\nEnvironment="http_proxy=http://a:3128" "NO_PROXY=.svc,10.0.0.0/8"\n',
			),
			fileWith("/etc/default/docker", "HTTPS_PROXY=http://b:3128\n# HTTP_PROXY=no\n"),
		];
		const facts = factsWith(({ docker }) => {
			docker.unitFiles = units;
		});
		const [dropIn] = carriedSettings(facts, policy()).files;
		expect(textOf(dropIn?.after?.contentBase64)).toBe(
			'# Written by Gantry: the proxy that docker.service has.\n[Service]\nEnvironment="HTTP_PROXY=http://a:3128"\nEnvironment="HTTPS_PROXY=http://b:3128"\nEnvironment="NO_PROXY=.svc,10.0.0.0/8"\n',
		);
		facts.containerd.unitFiles = [
			fileWith("/etc/systemd/system/containerd.service.d/p.conf", "[Service]\nEnvironment=HTTPS_PROXY=http://own:1\n"),
		];
		expect(carriedSettings(facts, policy()).files).toEqual([]);
		facts.containerd.unitFiles = [];
		facts.docker.unitFiles = [fileWith("/etc/systemd/system/docker.service.d/p.conf", "[Service]\nEnvironment=HTTP_PROXY=http://%H:1\n")];
		expect(carriedSettings(facts, policy()).left).toEqual([{ key: "proxy", value: "docker.service", because: "specifier" }]);
	});

	it("problem 28: gives the kubelet the rotation of logs that Docker had, where it has none of its own", () => {
		const facts = withJson({ "log-opts": { "max-size": "20m", "max-file": "4" } });
		const before = textOf(facts.kubelet.config.contentBase64);
		const configAfter = (changed: Facts) =>
			textOf(plan(changed).files.find(({ path }) => path === changed.kubelet.config.path)?.after?.contentBase64);
		expect(configAfter(facts)).toBe(`${before}containerLogMaxSize: 20Mi\ncontainerLogMaxFiles: 4\n`);
		const own = structuredClone(facts);
		own.kubelet.config = fileWith(facts.kubelet.config.path, `${before}containerLogMaxSize: 5Mi\n`);
		expect(configAfter(own)).toBe(`${before}containerLogMaxSize: 5Mi\ncontainerLogMaxFiles: 4\n`);
		const flagged = structuredClone(facts);
		flagged.kubelet.argv.push("--container-log-max-size=7Mi");
		expect(configAfter(flagged)).toBe("");
	});

	it("is nothing where the policy says so", () => {
		const facts = withJson({ "registry-mirrors": ["https://mirror.example.com"], "log-opts": { "max-size": "20m" } });
		expect(carriedSettings(facts, policy({ carryDockerSettings: false }))).toMatchObject({
			files: [],
			logRotation: {},
			carried: [],
			left: [],
		});
	});
});
