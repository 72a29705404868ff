import type { EtcdFact, EtcdMember } from "../../../lib/contracts/facts.ts";
import type { Finding } from "../../../lib/contracts/finding.ts";
import type { Direction } from "../../../lib/contracts/plan.ts";
import { BLOCK, BLOCK_UNLESS_OVERRIDDEN, type CommonInput, defineCheck, findingsOf, listed, type Observation, WARN } from "../check.ts";

const nameOf = (member: EtcdMember): string => member.name || member.id;
/** A learner has no vote yet, and answers nothing that needs one. */
const isWell = (member: EtcdMember): boolean => member.healthy.known && member.healthy.value && !member.learner;

/** How many voters must be there for etcd to go on. */
export function quorumOf(voters: number): number {
	return Math.floor(voters / 2) + 1;
}

/** True where etcd cannot go on while this node's member is away, however well the others are: it has one or two voters. */
export function losesQuorum(etcd: EtcdFact | null | undefined): boolean {
	if (!etcd?.cluster.known) return false;
	const voters = etcd.cluster.value.members.filter((member) => !member.learner).length;
	return voters - 1 < quorumOf(voters);
}

const CODES = {
	"etcd.unknown": BLOCK_UNLESS_OVERRIDDEN,
	"etcd.member-unhealthy": BLOCK,
	"etcd.leaders-differ": BLOCK,
	"etcd.no-leader": BLOCK_UNLESS_OVERRIDDEN,
	"etcd.no-quorum-without": BLOCK_UNLESS_OVERRIDDEN,
	// Nothing to wait for: with one member the API is away while its node is switched. Shown, and confirmed by the cluster's name.
	"etcd.single-member": WARN,
} as const;

function evidenceOf(etcd: EtcdFact): Observation["evidence"] {
	return { path: etcd.manifest, ...(etcd.cluster.known ? { text: etcd.cluster.value.members.map(lineOf).join("\n") } : {}) };
}

function lineOf(member: EtcdMember): string {
	const health = member.learner
		? "learner"
		: member.healthy.known
			? member.healthy.value
				? "healthy"
				: "unhealthy"
			: member.healthy.reason;
	return [member.id, member.name, member.clientUrls.join(","), member.version, health].join("\t");
}

/**
 * A control plane node goes only while every etcd member is well, and only where the others are enough without it (safety rule 18).
 * etcd elsewhere than in a static pod of this node is not touched by the change, and is not asked.
 */
export const etcd = defineCheck({
	id: "etcd",
	codes: CODES,
	run: ({ facts: { etcd } }: CommonInput): Observation<keyof typeof CODES>[] => {
		if (!etcd) return [];
		const evidence = evidenceOf(etcd);
		if (!etcd.cluster.known) return [{ code: "etcd.unknown", values: { reason: etcd.cluster.reason }, evidence }];
		const { members } = etcd.cluster.value;
		const ill = members.filter((member) => !isWell(member));
		if (ill.length > 0)
			return [
				{ code: "etcd.member-unhealthy", values: { members: listed(ill.map(nameOf)), count: ill.length, of: members.length }, evidence },
			];
		const leaders = new Set(members.map(({ leader }) => leader).filter((leader) => leader !== "" && leader !== "0"));
		if (leaders.size === 0) return [{ code: "etcd.no-leader", evidence }];
		if (leaders.size > 1) return [{ code: "etcd.leaders-differ", values: { count: leaders.size }, evidence }];
		if (!losesQuorum(etcd)) return [];
		if (members.length === 1) return [{ code: "etcd.single-member", evidence }];
		return [{ code: "etcd.no-quorum-without", values: { voters: members.length }, evidence }];
	},
});

/** The way back must stay open where this node's own member is what is ill: taking it away changes nothing for the others. */
export const rollbackEtcd = defineCheck({
	id: "rollback-etcd",
	codes: { ...CODES, "rollback.etcd.own-member-ill": WARN },
	run: (input: CommonInput): Observation<keyof typeof CODES | "rollback.etcd.own-member-ill">[] => {
		const { etcd: fact } = input.facts;
		if (!fact) return [];
		const ill = (reason: string) => [{ code: "rollback.etcd.own-member-ill" as const, values: { reason }, evidence: evidenceOf(fact) }];
		if (!fact.cluster.known) return ill(fact.cluster.reason);
		const self = fact.cluster.value.members.find((member) => member.id === (fact.cluster.known ? fact.cluster.value.self : ""));
		if (self && !isWell(self)) return ill(self.healthy.known ? "" : self.healthy.reason);
		return etcd.run(input) as Observation<keyof typeof CODES>[];
	},
});

/** What keeps a node from going out at this moment as far as etcd is concerned; the plan may be hours old. */
export function etcdBlocks(direction: Direction, input: CommonInput): Finding[] {
	return findingsOf([direction === "migrate" ? etcd : rollbackEtcd], input).filter(({ severity }) => severity === "block");
}
