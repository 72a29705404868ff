import { expect, it } from "vitest";
import {
	type ApprovedRun,
	approvalDigest,
	approvalsOf,
	bindsToApproval,
	subjectChanges,
	subjectOf,
	withoutUnaskedApprover,
} from "./approval.ts";
import { policySchema } from "./contracts/plan.ts";

const policy = policySchema.parse({});
const hash = (letter: string) => letter.repeat(64);
const run = (nodeName: string, change: Partial<NonNullable<ApprovedRun["scriptSha256"]>> & { factsDigest?: string } = {}): ApprovedRun => {
	const { factsDigest = "f", ...scripts } = change;
	return {
		nodeName,
		scriptSha256: { prepare: hash("a"), cutover: hash("b"), revert: hash("c"), ...scripts },
		factsDigest,
		withoutApi: false,
		overrides: [],
	};
};

it("is the same whatever the order of runs and keys, and leaves out who cannot go", () => {
	const one = subjectOf(policy, [
		run("n1"),
		run("n2"),
		{ nodeName: "n3", scriptSha256: null, factsDigest: null, withoutApi: false, overrides: [] },
	]);
	const turned = Object.fromEntries(Object.entries(policy).reverse()) as typeof policy;
	expect(approvalDigest(subjectOf(turned, [run("n2"), run("n1")]))).toBe(approvalDigest(one));
	expect(one.nodes.map(({ name }) => name)).toEqual(["n1", "n2"]);
});

it("is another one for any other script, fact, node or choice", () => {
	const digest = (runs: ApprovedRun[], chosen = policy) => approvalDigest(subjectOf(chosen, runs));
	const all = [
		digest([run("n1")]),
		digest([run("n1", { prepare: hash("d") })]),
		digest([run("n1", { cutover: hash("d") })]),
		digest([run("n1", { revert: hash("d") })]),
		digest([run("n1", { factsDigest: "g" })]),
		digest([run("n2")]),
		digest([run("n1"), run("n2")]),
		digest([{ ...run("n1"), withoutApi: true }]),
		digest([{ ...run("n1"), overrides: [{ code: "disk.space" }] }]),
		digest([run("n1")], { ...policy, rollout: { ...policy.rollout, pauseS: 1 } }),
	];
	expect(new Set(all).size).toBe(all.length);
});

it("is what it was before a failed node could be held, unless it is", () => {
	const digest = (rollout: Partial<typeof policy.rollout>) =>
		approvalDigest(subjectOf({ ...policy, rollout: { ...policy.rollout, ...rollout } }, [run("n1")]));
	const { onNodeFailure: _, holdS: __, ...before } = policy.rollout;
	const subject = subjectOf(policy, [run("n1")]);
	expect(approvalDigest({ ...subject, policy: { ...policy, rollout: before as typeof policy.rollout } })).toBe(digest({}));
	expect(digest({ holdS: 60 })).toBe(digest({}));
	expect(digest({ onNodeFailure: "hold" })).not.toBe(digest({}));
	expect(digest({ onNodeFailure: "hold", holdS: 60 })).not.toBe(digest({ onNodeFailure: "hold" }));
});

it("is what it was before nodes could go by a label, unless they do", () => {
	const digest = (rollout: Partial<typeof policy.rollout>) =>
		approvalDigest(subjectOf({ ...policy, rollout: { ...policy.rollout, ...rollout } }, [run("n1")]));
	const { orderLabel: _, ...before } = policy.rollout;
	const subject = subjectOf(policy, [run("n1")]);
	expect(approvalDigest({ ...subject, policy: { ...policy, rollout: before as typeof policy.rollout } })).toBe(digest({}));
	expect(digest({ order: "label", orderLabel: "rack" })).not.toBe(digest({ order: "label", orderLabel: "row" }));
});

it("is the same whether it stops after preparing or not", () => {
	expect(approvalDigest(subjectOf({ ...policy, prepareOnly: true }, [run("n1")]))).toBe(approvalDigest(subjectOf(policy, [run("n1")])));
});

it("says what an approver has not seen", () => {
	const before = subjectOf(policy, [run("n1"), run("n2"), run("n3")]);
	const slower = { ...policy, rollout: { ...policy.rollout, pauseS: 60 } };
	const after = subjectOf(slower, [run("n2", { cutover: hash("d"), factsDigest: "g" }), run("n3"), run("n4")]);
	expect(subjectChanges(before, after)).toEqual({
		added: ["n4"],
		removed: ["n1"],
		scripts: ["n2"],
		facts: ["n2"],
		words: [],
		policy: [{ field: "rollout.pauseS", before: "0", after: "60" }],
	});
	const canary = { nodes: "10%", nodeIds: ["n1", "n2"], soakS: 60, ask: true };
	const withCanary = subjectOf({ ...policy, rollout: { ...policy.rollout, canary } }, [run("n1"), run("n2"), run("n3")]);
	expect(subjectChanges(before, withCanary).policy).toEqual([
		{ field: "rollout.canary.nodes", before: "", after: "10%" },
		{ field: "rollout.canary.nodeIds", before: "", after: "n1, n2" },
		{ field: "rollout.canary.soakS", before: "", after: "60" },
		{ field: "rollout.canary.ask", before: "", after: "true" },
	]);
	// Read alike, and another policy none the less.
	const label = (orderLabel: string | null) => subjectOf({ ...policy, rollout: { ...policy.rollout, orderLabel } }, [run("n1")]);
	expect(subjectChanges(label(null), label("")).policy).toEqual([{ field: "rollout.orderLabel", before: "", after: "" }]);
	expect(subjectChanges(before, before)).toEqual({ added: [], removed: [], scripts: [], facts: [], words: [], policy: [] });
});

it("may be asked for where there are canaries, also where they need not be asked about", () => {
	const canary = (ask: boolean) => approvalsOf(policySchema.parse({ rollout: { canary: { ask } } }));
	expect(canary(true)).toEqual(["canary"]);
	// Where none of them goes out the rest waits for a person all the same.
	expect(canary(false)).toEqual(["canary"]);
});

it("wants another person no longer where it is asked for nowhere", () => {
	const byAnother = (more: object) =>
		withoutUnaskedApprover(policySchema.parse({ ...more, approval: { byAnother: true, ...("needed" in more ? { needed: true } : {}) } }))
			.approval.byAnother;
	expect(byAnother({})).toBe(false);
	expect(byAnother({ needed: true })).toBe(true);
	expect(byAnother({ rollout: { canary: {} } })).toBe(true);
	expect(byAnother({ rollout: { askBeforeControlPlane: true } })).toBe(true);
	expect(withoutUnaskedApprover(policy)).toBe(policy);
});

it("is asked for at the start and at each question, and binds from the first one on", () => {
	expect(approvalsOf(policy)).toEqual([]);
	const asking = policySchema.parse({ approval: { needed: true }, rollout: { canary: { ask: true }, askBeforeControlPlane: true } });
	expect(approvalsOf(asking)).toEqual(["start", "canary", "control-plane"]);
	expect(bindsToApproval({ policy: asking, passed: [] }, null)).toBe(true);
	expect(bindsToApproval({ policy, passed: [] }, { digest: "" })).toBe(false);
	expect(bindsToApproval({ policy, passed: ["canary"] }, { digest: "" })).toBe(true);
	// Answered by a console for which an answer was no approval.
	expect(bindsToApproval({ policy, passed: ["canary"] }, null)).toBe(false);
});
