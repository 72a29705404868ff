import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../lib/contracts/facts.ts";
import type { FileChange, Plan } from "../../lib/contracts/plan.ts";
import { diffRows } from "../../lib/diff-rows.ts";
import { commandLine } from "../probe/fixtures/edit.ts";
import { fileWith, policy, soundApiNode, soundFacts } from "./fixtures/node.ts";
import { preflightRollback, rollbackFiles } from "./rollback.ts";

const recorded = readFileSync(new URL("../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const before = soundFacts(recorded);
const RUN = "abcdefgh12";
const CONFIG = "/etc/containerd/config.toml";
const DROP_IN = "/etc/systemd/system/docker.service.d/zz-gantry.conf";
const REMOVED = "/etc/kubernetes/kubelet.env";

const state = (sha256: string) => ({ sha256, contentBase64: null, mode: "0644", uid: 0, gid: 0 });
const change = (path: string, was: string | null, is: string | null): FileChange => ({
	path,
	realPath: path,
	stage: "runtime",
	before: was === null ? null : state(was),
	after: is === null ? null : state(is),
	source: { kind: "inline" },
	intended: [],
});
const files = [change(CONFIG, "a1", "b1"), change(DROP_IN, null, "b2"), change(REMOVED, "a3", null)];
// Preflight reads of a plan only which run it was and what it wrote.
const plan = { runId: RUN, files } as unknown as Plan;

function migrated(alter: (facts: Facts) => void = () => {}): Facts {
	const facts = soundFacts(
		recorded,
		commandLine("kubelet", [
			"/usr/bin/kubelet",
			"--container-runtime=remote",
			"--container-runtime-endpoint=unix:///run/containerd/containerd.sock",
		]),
	);
	facts.docker.service.activeState = "inactive";
	facts.gantry = { runs: [{ id: RUN, decision: "commit", final: "committed" }], lockOwner: "", dockerOff: true };
	facts.files = [
		fileWith(CONFIG, "", { sha256: "b1" }),
		fileWith(DROP_IN, "", { sha256: "b2" }),
		fileWith(REMOVED, "", { state: "absent", sha256: "", contentBase64: null, mode: "" }),
	];
	alter(facts);
	return facts;
}

const rollback = (alter?: (facts: Facts) => void) => {
	const facts = migrated(alter);
	const apiNode = soundApiNode(facts, { containerRuntimeVersion: "containerd://1.6.20" });
	return preflightRollback({ facts, apiNode, policy: policy(), snapshot: { plan, facts: before } });
};
const codes = (alter?: (facts: Facts) => void) => rollback(alter).map(({ code }) => code);
const file = (path: string, changes: object) => (facts: Facts) => {
	const found = facts.files?.find((entry) => entry.path === path);
	if (found) Object.assign(found, changes);
};

describe("preflight before a rollback", () => {
	it("finds nothing about a node that is as the cutover left it", () => {
		expect(rollback()).toEqual([]);
		expect(rollbackFiles(plan)).toEqual([CONFIG, DROP_IN, REMOVED]);
	});

	it("blocks where a touched file is not what the cutover left, with both hashes", () => {
		expect(rollback(file(CONFIG, { sha256: "ff" }))).toMatchObject([
			{
				code: "rollback.file.changed",
				severity: "block",
				values: { path: CONFIG, expectedSha256: "b1", foundSha256: "ff", state: "file" },
			},
		]);
		expect(rollback(file(DROP_IN, { state: "absent", sha256: "" }))).toMatchObject([
			{ code: "rollback.file.changed", values: { path: DROP_IN, state: "absent" } },
		]);
		expect(rollback(file(REMOVED, { state: "file", sha256: "cc" }))).toMatchObject([
			{ code: "rollback.file.changed", values: { expectedSha256: "", foundSha256: "cc" } },
		]);
		expect(codes(file(CONFIG, { state: "directory" }))).toEqual(["rollback.file.changed"]);
	});

	it("shows what was changed since, line by line, where both are text", () => {
		const left = "version = 2\n";
		const now = "version = 2\n# puppet\n";
		const [one] = files;
		const content = { ...state("b1"), contentBase64: Buffer.from(left).toString("base64") };
		const other = { runId: RUN, files: [{ ...one, after: content }, ...files.slice(1)] } as unknown as Plan;
		const found = (alter: (facts: Facts) => void) => {
			const facts = migrated(alter);
			const findings = preflightRollback({
				facts,
				apiNode: soundApiNode(facts),
				policy: policy(),
				snapshot: { plan: other, facts: before },
			});
			return findings.find(({ code }) => code === "rollback.file.changed")?.evidence;
		};
		const contentBase64 = Buffer.from(now).toString("base64");
		expect(found(file(CONFIG, { sha256: "ff", contentBase64 }))).toEqual({ path: CONFIG, diff: { before: left, after: now } });
		expect(diffRows(left, now, 3)?.map(({ kind, text }) => [kind, text])).toEqual([
			["same", "version = 2"],
			["added", "# puppet"],
		]);
		expect(found(file(CONFIG, { state: "absent", sha256: "", contentBase64: null }))?.diff).toEqual({ before: left, after: null });
		const bytes = Buffer.from([0xff, 0xfe, 0]).toString("base64");
		expect(found(file(CONFIG, { sha256: "ff", contentBase64: bytes }))).toEqual({ path: CONFIG });
		expect(found(file(CONFIG, { sha256: "ff", contentBase64: Buffer.alloc(200_001, "x").toString("base64") }))).toEqual({ path: CONFIG });
	});

	it("warns of another owner or label", () => {
		expect(rollback(file(CONFIG, { uid: 1000 }))).toMatchObject([
			{ code: "rollback.file.owner-changed", severity: "warn", values: { expected: "0:0", found: "1000:0" } },
		]);
		const labelled = soundFacts(recorded);
		labelled.containerd.config.label = "system_u:object_r:container_config_t:s0";
		const facts = migrated(file(CONFIG, { label: "unconfined_u:object_r:user_tmp_t:s0" }));
		const findings = preflightRollback({ facts, apiNode: soundApiNode(facts), policy: policy(), snapshot: { plan, facts: labelled } });
		expect(findings).toMatchObject([{ code: "rollback.file.label-changed", severity: "warn", values: { path: CONFIG } }]);
	});

	it("blocks where a touched file could not be read or was not asked for, and warns of another mode", () => {
		expect(codes(file(CONFIG, { state: "unreadable" }))).toEqual(["rollback.file.unknown"]);
		expect(
			codes((facts) => {
				facts.files = facts.files?.slice(1);
			}),
		).toEqual(["rollback.file.unknown"]);
		expect(codes(file(CONFIG, { isMountPoint: true }))).toEqual(["rollback.file.mount-point"]);
		expect(rollback(file(CONFIG, { mode: "0600" }))).toMatchObject([{ code: "rollback.file.mode-changed", severity: "warn" }]);
	});

	it("blocks where the kubelet is of another minor: it may not know dockershim any more (1.6)", () => {
		const upgraded = (value: string) => (facts: Facts) => {
			facts.kubelet.version = { known: true, value };
		};
		expect(rollback(upgraded("v1.24.17"))).toMatchObject([
			{ code: "rollback.kubelet.minor-differs", values: { was: "v1.20.2", is: "v1.24.17" } },
		]);
		expect(codes(upgraded("v1.20.15"))).toEqual([]);
	});

	it("blocks where Docker's programs or units are gone or masked", () => {
		expect(
			codes((facts) => {
				facts.host.commands["dockerd"] = "";
			}),
		).toEqual(["rollback.docker.command-missing"]);
		expect(
			rollback((facts) => {
				facts.docker.socket.loadState = "masked";
			}),
		).toMatchObject([{ code: "rollback.docker.unit-missing", values: { unit: "docker.socket", load: "masked" } }]);
	});

	it("blocks where the snapshot is not on the node, or its run was never committed", () => {
		expect(
			codes((facts) => {
				facts.gantry.runs = [];
			}),
		).toEqual(["rollback.snapshot.missing"]);
		expect(
			codes((facts) => {
				facts.gantry.runs = [{ id: RUN, decision: "revert", final: "reverted" }];
			}),
		).toEqual(["rollback.snapshot.not-committed"]);
	});

	it("says only that, where the node is on Docker already", () => {
		expect(
			codes((facts) => {
				facts.kubelet.runtime = "dockershim";
			}),
		).toEqual(["kubelet.runtime.already-docker"]);
		expect(
			codes((facts) => {
				facts.kubelet.runtime = "other";
			}),
		).toEqual(["kubelet.runtime.not-containerd"]);
	});

	it("looks as before a migration at what the way there and its own way back need", () => {
		const set = (part: "docker" | "containerd" | "kubelet", changes: object) => (facts: Facts) => {
			Object.assign(facts[part], changes);
		};
		expect(codes(set("docker", { daemonJson: fileWith("/etc/docker/daemon.json", '{"bip": }') }))).toEqual(["docker.config.syntax"]);
		expect(codes(set("containerd", { unit: { ...before.containerd.unit, activeState: "failed" } }))).toEqual(["containerd.not-active"]);
		expect(codes(set("containerd", { config: fileWith(CONFIG, "version = \n") }))).toEqual(["containerd.config.syntax"]);
		expect(codes((facts) => facts.kubelet.argv.push("--cgroups-per-qos=false"))).toEqual(["kubelet.cgroups-per-qos.off"]);
		// A node that is ill on containerd is one to take back.
		const healthz = { known: true, value: { address: "127.0.0.1", port: 10248, ok: false } };
		expect(rollback(set("kubelet", { healthz }))).toMatchObject([
			{ code: "rollback.kubelet.unhealthy", severity: "warn", values: { address: "127.0.0.1", port: 10248 } },
		]);
	});

	it("looks at the host as before a migration", () => {
		expect(
			codes((facts) => {
				facts.host.packageLocks = ["/var/lib/dpkg/lock"];
			}),
		).toEqual(["node.package-manager.busy"]);
		expect(
			codes((facts) => {
				facts.kubelet.unit.needDaemonReload = true;
			}),
		).toEqual(["unit.daemon-reload-needed"]);
	});
});
