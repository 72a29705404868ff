import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Facts } from "../../lib/contracts/facts.ts";
import { findingSchema } from "../../lib/contracts/finding.ts";
import { harness, unknown } from "./fixtures/harness.ts";
import { fileWith, soundInput } from "./fixtures/node.ts";
import { blocking, CHECKS, FINDING_CODES, isOverridable, preflight } from "./preflight.ts";

const recorded = readFileSync(new URL("../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const { codes, findings, sound } = harness(recorded);

describe("preflight", () => {
	it("finds nothing about a sound node", () => {
		expect(preflight(soundInput(sound))).toEqual([]);
	});

	it("gives findings by the contract, with the severity of their code, the same each time", () => {
		const change = (facts: Facts) => {
			facts.host.packageLocks = ["/var/lib/dpkg/lock"];
			facts.host.writable["/etc"] = false;
			facts.docker.liveRestore = { known: true, value: true };
			facts.containerd.config = fileWith("/etc/containerd/config.toml", "version = 2\nx = [\n");
		};
		const found = findings(change);
		expect(found.length).toBeGreaterThan(3);
		for (const finding of found) {
			expect(findingSchema.parse(finding)).toEqual(finding);
			expect(finding.severity).toBe(FINDING_CODES[finding.code]?.severity);
		}
		expect(findings(change)).toEqual(found);
	});

	it("survives every fact that can be unknown being unknown, and each of those that the plan needs blocks", () => {
		const needed = new Set([
			"host.systemdVersion",
			"docker.version",
			"docker.containers",
			"docker.imagesInUse",
			"containerd.version",
			"kubelet.version",
		]);
		for (const [part, facts] of Object.entries(sound)) {
			if (typeof facts !== "object" || facts === null || Array.isArray(facts)) continue;
			for (const [key, value] of Object.entries(facts)) {
				if (typeof value !== "object" || value === null || !("known" in value)) continue;
				const input = soundInput({ ...sound, [part]: { ...facts, [key]: unknown } });
				const blocks = preflight(input).filter((finding) => finding.severity === "block");
				if (needed.has(`${part}.${key}`)) expect(blocks, `${part}.${key}`).not.toEqual([]);
			}
		}
	});

	it("tells of a run that nobody ended also where the node is on containerd already (rule 21)", () => {
		expect(
			codes((facts) => {
				facts.kubelet.runtime = "containerd";
				facts.gantry.lockOwner = "console-b 3 abcdefgh01";
				facts.gantry.runs = [{ id: "abcdefgh01", decision: "none", final: "" }];
			}).slice(0, 2),
		).toEqual(["gantry.run.unfinished", "kubelet.runtime.to-complete"]);
	});

	it("says only what matters first where there is nothing to migrate", () => {
		expect(
			codes((facts) => {
				facts.kubelet.runtime = "none";
				facts.kubelet.installed = false;
				facts.host.packageLocks = ["/var/lib/dpkg/lock"];
			}),
		).toEqual(["kubelet.not-installed"]);
	});

	it("has codes of a stable form, and lets nobody override what would break the node", () => {
		for (const code of Object.keys(FINDING_CODES)) expect(code).toMatch(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/);
		expect(Object.values(FINDING_CODES).every((rule) => rule.severity === "block" || !rule.overridable)).toBe(true);
		expect(isOverridable("cluster.api.absent")).toBe(true);
		expect(isOverridable("docker.foreign-containers")).toBe(true);
		expect(isOverridable("containerd.config.syntax")).toBe(false);
		expect(isOverridable("node.role.disagrees")).toBe(false);
		expect(isOverridable("no.such.code")).toBe(false);
	});

	it("keeps a node out until every block that can be overridden is, and whatever is said of the others", () => {
		const found = findings(
			(facts) => {
				facts.gantry.dockerOff = true;
			},
			{ apiNode: null },
		);
		const left = (...overridden: string[]) => blocking(found, new Set(overridden)).map(({ code }) => code);
		expect(left()).toEqual(["cluster.api.absent", "gantry.docker-off.left"]);
		expect(left("cluster.api.absent", "gantry.docker-off.left")).toEqual(["gantry.docker-off.left"]);
	});

	it("names every check once", () => {
		const ids = CHECKS.map((check) => check.id);
		expect(new Set(ids).size).toBe(ids.length);
	});
});
