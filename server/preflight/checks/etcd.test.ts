import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { EtcdFact, EtcdMember, Facts } from "../../../lib/contracts/facts.ts";
import type { Direction } from "../../../lib/contracts/plan.ts";
import { harness } from "../fixtures/harness.ts";
import { soundInput } from "../fixtures/node.ts";
import { etcdBlocks, losesQuorum } from "./etcd.ts";

const recorded = readFileSync(new URL("../../probe/fixtures/bookworm-dockershim.txt", import.meta.url), "utf8");
const { sound, find, findings } = harness(recorded);

const member = (id: number, changes: Partial<EtcdMember> = {}): EtcdMember => ({
	id: String(id),
	name: `node${id}`,
	clientUrls: [`https://10.0.0.${id}:2379`],
	learner: false,
	healthy: { known: true, value: true },
	leader: "2",
	version: "3.4.13",
	...changes,
});
const etcdOf = (members: EtcdMember[]): EtcdFact => ({
	manifest: "/etc/kubernetes/manifests/etcd.yaml",
	url: "https://127.0.0.1:2379",
	certificates: { ca: "/pki/ca.crt", cert: "/pki/c.crt", key: "/pki/c.key" },
	cluster: { known: true, value: { api: "/v3", self: "1", members } },
});
const unknown: EtcdFact = { ...etcdOf([]), cluster: { known: false, reason: "no curl" } };
const down = { healthy: { known: false as const, reason: "exit 7: refused" } };
const withEtcd = (etcd: EtcdFact | null) => (facts: Facts) => void Object.assign(facts, { etcd });
const codesOf = (etcd: EtcdFact | null) =>
	findings(withEtcd(etcd))
		.filter(({ code }) => code.startsWith("etcd."))
		.map(({ code, severity }) => `${code} ${severity}`);
const blocked = (direction: Direction, etcd: EtcdFact) => etcdBlocks(direction, soundInput({ ...sound, etcd })).map(({ code }) => code);

describe("etcd before a control plane node goes (rule 18)", () => {
	it("18: lets it go while all are well and the others are a quorum", () => {
		expect(codesOf(null)).toEqual([]);
		expect(codesOf(etcdOf([member(1), member(2), member(3)]))).toEqual([]);
		expect(codesOf(etcdOf([1, 2, 3, 4, 5].map((id) => member(id))))).toEqual([]);
	});

	it("18: keeps it in while one member is not well, whichever, and names it", () => {
		for (const ill of [down, { healthy: { known: true as const, value: false } }, { learner: true }]) {
			expect(codesOf(etcdOf([member(1), member(2), member(3, ill)]))).toEqual(["etcd.member-unhealthy block"]);
			expect(codesOf(etcdOf([member(1, ill), member(2), member(3)]))).toEqual(["etcd.member-unhealthy block"]);
		}
		expect(find("etcd.member-unhealthy", withEtcd(etcdOf([member(1), member(2), member(3, { ...down, name: "" })])))?.values).toEqual({
			members: "3",
			count: 1,
			of: 3,
		});
		expect(codesOf(etcdOf([member(1), member(2, { leader: "1" }), member(3)]))).toEqual(["etcd.leaders-differ block"]);
		const nobody = [1, 2, 3].map((id) => member(id, { leader: id === 3 ? "0" : "" }));
		expect(codesOf(etcdOf(nobody))).toEqual(["etcd.no-leader block"]);
	});

	it("18: one member is a warning, two are no quorum without one, and what cannot be told keeps it in", () => {
		expect(codesOf(etcdOf([member(1)]))).toEqual(["etcd.single-member warn"]);
		expect(codesOf(etcdOf([member(1), member(2)]))).toEqual(["etcd.no-quorum-without block"]);
		expect(codesOf(unknown)).toEqual(["etcd.unknown block"]);
		expect([1, 2, 3, 4].map((count) => losesQuorum(etcdOf(Array.from({ length: count }, (_, index) => member(index + 1)))))).toEqual([
			true,
			true,
			false,
			false,
		]);
		expect(losesQuorum(unknown)).toBe(false);
	});

	it("18: the way back stays open where the node's own member is what is ill, and only there", () => {
		expect(blocked("rollback", etcdOf([member(1, down), member(2), member(3)]))).toEqual([]);
		expect(blocked("rollback", unknown)).toEqual([]);
		expect(blocked("rollback", etcdOf([member(1), member(2), member(3, down)]))).toEqual(["etcd.member-unhealthy"]);
		expect(blocked("migrate", etcdOf([member(1, down), member(2), member(3)]))).toEqual(["etcd.member-unhealthy"]);
	});
});
