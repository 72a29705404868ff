import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { policySchema } from "../../lib/contracts/plan.ts";
import { soundApiNode, soundFacts } from "../preflight/fixtures/node.ts";
import { preflight } from "../preflight/preflight.ts";
import { answer, fileBytes } from "../probe/fixtures/edit.ts";
import { planMigration } from "./migrate.ts";

const recorded = readFileSync(new URL("../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const nonce = /^gantry-probe \d+ (\S+)$/m.exec(recorded)?.[1] ?? "";
/** What a record of the recorded node says. */
const record = (key: string) => recorded.split(`\n@${nonce} ${key}\n`)[1]?.split(`\n@${nonce} `)[0] ?? "";

interface System {
	id: string;
	version: string;
	pretty: string;
	machine: string;
	systemd: number;
}

/** The distributions that such clusters run on, as their /etc/os-release and systemd name themselves. */
const SYSTEMS: readonly System[] = [
	{ id: "centos", version: "7", pretty: "CentOS Linux 7 (Core)", machine: "x86_64", systemd: 219 },
	{ id: "rhel", version: "8.6", pretty: "Red Hat Enterprise Linux 8.6 (Ootpa)", machine: "x86_64", systemd: 239 },
	{ id: "kylin", version: "V10", pretty: "Kylin Linux Advanced Server V10 (Tercel)", machine: "aarch64", systemd: 243 },
	{ id: "kylin", version: "V10", pretty: "Kylin Linux Advanced Server V10 (Sword)", machine: "x86_64", systemd: 243 },
	{ id: "openEuler", version: "20.03", pretty: "openEuler 20.03 (LTS-SP3)", machine: "aarch64", systemd: 243 },
	{ id: "openEuler", version: "22.03", pretty: "openEuler 22.03 LTS", machine: "x86_64", systemd: 249 },
	{ id: "ubuntu", version: "18.04", pretty: "Ubuntu 18.04.6 LTS", machine: "x86_64", systemd: 237 },
	{ id: "ubuntu", version: "20.04", pretty: "Ubuntu 20.04.6 LTS", machine: "aarch64", systemd: 245 },
];

function recordsOf({ id, version, pretty, machine, systemd }: System): Record<string, string> {
	const lines = record("lines")
		.split("\n")
		.filter((line) => !line.startsWith("/etc/os-release:"));
	const release = [`ID="${id}"`, `VERSION_ID="${version}"`, `PRETTY_NAME="${pretty}"`].map((line) => `/etc/os-release:${line}`);
	return {
		machine,
		...answer("systemd.version", `systemd ${systemd}\n+PAM +AUDIT +SELINUX`),
		...answer("lines", [...release, ...lines].join("\n"), 2),
	};
}

const archives = new Map([
	["amd64", { archiveSha256: "a".repeat(64), binarySha256: "b".repeat(64), version: "v1.20.0" }],
	["arm64", { archiveSha256: "c".repeat(64), binarySha256: "d".repeat(64), version: "v1.20.0" }],
]);

describe("nodes of other systems", () => {
	it.each(SYSTEMS.map((system) => [`${system.pretty}, ${system.machine}`, system] as const))("%s", (_, system) => {
		const facts = soundFacts(recorded, recordsOf(system));
		expect(facts.host).toMatchObject({
			osId: system.id,
			osVersionId: system.version,
			osPretty: system.pretty,
			architecture: system.machine === "aarch64" ? "arm64" : "amd64",
			systemdVersion: { known: true, value: system.systemd },
		});
		const policy = policySchema.parse({});
		const crictlArchives = new Map([...archives].map(([name, { version }]) => [name, [version]]));
		const findings = preflight({ facts, apiNode: soundApiNode(facts), policy, crictlArchives });
		expect(findings.filter(({ severity }) => severity !== "note")).toEqual([]);
		const crictl = archives.get(facts.host.architecture) ?? null;
		const plan = planMigration({ runId: "abcdefgh01", nodeName: "node1", controlPlane: false, facts, policy, findings, crictl });
		expect(plan.files.find(({ path }) => path === "/usr/local/bin/crictl")?.after?.sha256).toBe(crictl?.binarySha256);
	});

	it("older than systemd 219 are left out", () => {
		const old = soundFacts(recorded, { ...answer("systemd.version", "systemd 208\n+PAM") });
		const found = preflight({ facts: old, apiNode: soundApiNode(old), policy: policySchema.parse({}), crictlArchives: new Map() });
		expect(found).toMatchObject([{ code: "node.systemd.too-old", severity: "block" }]);
	});

	it("keep their kubelet's extra flags in /etc/sysconfig", () => {
		const file = "/etc/sysconfig/kubelet";
		const facts = soundFacts(recorded, fileBytes("/etc/default/kubelet", ""));
		const place = facts.kubelet.flagPlaces.find(({ kind }) => kind === "default");
		if (!place) throw new Error("the recorded node has such a place");
		Object.assign(place, { kind: "sysconfig", file: { ...place.file, path: file, realPath: file } });
		const text = 'KUBELET_EXTRA_ARGS="--network-plugin=cni --node-ip=10.0.0.1"\n';
		place.file = { ...place.file, state: "file", contentBase64: Buffer.from(text).toString("base64") };
		const policy = policySchema.parse({});
		const plan = planMigration({ runId: "abcdefgh01", nodeName: "n", controlPlane: false, facts, policy, findings: [], crictl: null });
		const after = plan.files.find(({ path }) => path === file)?.after?.contentBase64 ?? "";
		expect(Buffer.from(after, "base64").toString()).toBe('KUBELET_EXTRA_ARGS="--node-ip=10.0.0.1"\n');
	});
});
