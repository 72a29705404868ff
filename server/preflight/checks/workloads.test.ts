import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ApiPod } from "../api-node.ts";
import { policy, soundApiNode, soundFacts, soundInput } from "../fixtures/node.ts";
import { preflight } from "../preflight.ts";

const facts = soundFacts(readFileSync(new URL("../../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8"));
const pod = (name: string, changes: Partial<ApiPod> = {}): ApiPod => ({
	label: `default/${name}`,
	controller: "ReplicaSet",
	mirror: false,
	hostPaths: [],
	hasEmptyDir: false,
	localClaims: [],
	hasClaims: false,
	pulled: [],
	budgets: [],
	...changes,
});
const found = (pods: readonly ApiPod[], drain: object = {}, of = facts, budgetsUnknown?: string) =>
	preflight(
		soundInput(of, {
			apiNode: soundApiNode(of, { pods, ...(budgetsUnknown ? { budgetsUnknown } : {}) }),
			policy: policy({ drain: { ...policy().drain, ...drain } }),
		}),
	).map(({ code, severity, values }) => [code, severity, values["pods"], values["why"]].filter((value) => value !== undefined));

describe("what runs on a node", () => {
	it("problem 29: pods that talk to Docker are named, by whichever path", () => {
		expect(
			found([
				pod("ci", { hostPaths: ["/var/run/docker.sock"] }),
				pod("agent", { controller: "DaemonSet", hostPaths: ["/etc", "/run/docker.sock/"] }),
				pod("host", { hostPaths: ["/run/"] }),
				pod("web", { hostPaths: ["/run/docker", "/srv/run"] }),
				pod("doubled", { hostPaths: ["/var//run/./docker.sock"] }),
				pod("whole", { hostPaths: ["/"] }),
				pod("var", { hostPaths: ["/var"] }),
			]),
		).toEqual([
			["workload.docker-socket", "warn", "default/ci, default/agent, default/doubled"],
			["workload.docker-socket.folder", "note", "default/host, default/whole, default/var"],
		]);
	});

	it("problem 27: log agents that read Docker's folder are named", () => {
		expect(found([pod("fluent-bit", { controller: "DaemonSet", hostPaths: ["/var/log", "/var/lib/docker/containers"] })])).toEqual([
			["workload.docker-folder", "warn", "default/fluent-bit"],
		]);
		expect(found([pod("other", { hostPaths: ["/var/lib/docker-data"] })])).toEqual([]);
		const elsewhere = { ...facts, docker: { ...facts.docker, dataRoot: { known: true as const, value: "/data/docker/" } } };
		const codes = (path: string) => found([pod("agent", { hostPaths: [path] })], {}, elsewhere).map(([code]) => code);
		expect(codes("/data/docker/containers")).toContain("workload.docker-folder");
		expect(codes("/var/lib/docker/containers")).not.toContain("workload.docker-folder");
	});

	it("problem 40: pods that the policy does not let a drain move are named beforehand", () => {
		const pods = [
			pod("bare", { controller: null, hasEmptyDir: true }),
			pod("cache", { hasEmptyDir: true }),
			pod("static", { controller: null, mirror: true }),
			pod("agent", { controller: "DaemonSet", hasEmptyDir: true }),
		];
		expect(found(pods, { deleteEmptyDir: false })).toEqual([
			["workload.drain-refused", "warn", "default/bare", "bare"],
			["workload.drain-refused", "warn", "default/cache", "empty-dir"],
		]);
		expect(found(pods, { force: true })).toEqual([]);
		expect(found(pods, { enabled: false }).map(([code]) => code)).toEqual(["policy.drain.off"]);
	});

	it("problem 40: a budget that lets nobody go now is named with its pods, and pods that two budgets count", () => {
		const budget = (name: string, allowed: number) => ({ name: `default/${name}`, allowed, healthy: 2, wanted: 2 });
		const pods = [
			pod("web-0", { budgets: [budget("web", 0)] }),
			pod("web-1", { budgets: [budget("web", 0), budget("all", 1)] }),
			pod("agent", { controller: "DaemonSet", budgets: [budget("agents", 0)] }),
		];
		expect(found(pods)).toEqual([
			["workload.budget-blocks", "warn", "default/web-0, default/web-1"],
			["workload.several-budgets", "warn", "default/web-1"],
		]);
	});

	it("problem 40: budgets that could not be read are told as unknown, where the drain would meet them", () => {
		const web = [pod("web")];
		expect(found(web, {}, facts, "cluster.forbidden")).toEqual([["workload.budgets-unknown", "warn", "cluster.forbidden"]]);
		expect(found(web, { enabled: false }, facts, "cluster.forbidden").map(([code]) => code)).toEqual(["policy.drain.off"]);
		expect(found([pod("agent", { controller: "DaemonSet" })], {}, facts, "cluster.forbidden")).toEqual([]);
	});

	it("pods whose data lies on this node alone are named: evicted, they wait for it", () => {
		const pods = [
			pod("pg-0", { controller: "StatefulSet", localClaims: ["data-pg-0"], hasClaims: true }),
			pod("shared", { hasClaims: true }),
			pod("agent", { controller: "DaemonSet", localClaims: ["disk"], hasClaims: true }),
		];
		expect(found(pods)).toEqual([["workload.local-volume", "warn", "default/pg-0"]]);
		expect(found(pods, { enabled: false }).map(([code]) => code)).toEqual(["policy.drain.off"]);
	});

	it("volumes that could not be read are told of as unknown, with the pods that claim some", () => {
		const apiNode = soundApiNode(facts, { pods: [pod("pg-0", { hasClaims: true }), pod("web")], volumesUnknown: "cluster.forbidden" });
		expect(preflight(soundInput(facts, { apiNode }))).toMatchObject([
			{ code: "workload.volumes-unknown", severity: "note", values: { pods: "default/pg-0", why: "cluster.forbidden" } },
		]);
	});

	it("problem 32: pods that ask the registry whatever was carried over are named", () => {
		expect(found([pod("latest", { pulled: ["web:latest"] }), pod("kept")])).toEqual([["workload.pulled", "note", "default/latest"]]);
	});
});
