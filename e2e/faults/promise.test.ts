import { expect, it } from "vitest";
import { compareLogs, judge } from "./promise.ts";
import type { Found, RecordedRun } from "./truth.ts";

const LOG = Buffer.from("##gantry run00001 begin a 1.0\nworking\nworking\n##gantry run00001 end a ok 2.0\n");

function run(change: Partial<RecordedRun> = {}): RecordedRun {
	const path = ["queued", "preparing", "prepared", "draining", "cutover", "verifying", "finishing", "done"];
	return {
		id: "run00001",
		direction: "migrate",
		state: "done",
		leaseId: null,
		cordonedByUs: false,
		result: "run.done",
		steps: [{ id: "a", state: "ok" }],
		events: path.slice(1).map((to, index) => ({ code: `run.${to}`, values: { from: path[index], to } })),
		log: LOG,
		...change,
	};
}

const GONE_BACK: Partial<RecordedRun> = {
	state: "reverted",
	events: ["queued", "preparing", "prepared", "draining", "cutover", "reverting", "reverted"].flatMap((to, index, path) =>
		index === 0 ? [] : [{ code: `run.${to}`, values: { from: path[index - 1], to } }],
	),
};

/** A node that went over as it should, but for what a test changes. */
function found(
	change: {
		run?: Partial<RecordedRun>;
		node?: Partial<Found["node"]>;
		migration?: Found["recorded"]["migration"];
		audited?: string[];
		final?: string | null;
	} = {},
): Found {
	return {
		before: "docker",
		node: {
			kubelet: "containerd",
			containers: { docker: 0, containerd: 3 },
			dockerActive: false,
			api: { ready: true, runtimeVersion: "containerd://1.6.20", unschedulable: false },
			armed: [],
			...change.node,
		},
		recorded: {
			migration: change.migration ?? "done",
			runs: [run(change.run)],
			decided: ["migration.start"],
			audited: change.audited ?? ["migration.start"],
		},
		onNode: new Map([["run00001", { log: LOG, final: change.final === undefined ? "committed" : change.final, decision: "commit" }]]),
	};
}

const ON_DOCKER: Partial<Found["node"]> = {
	kubelet: "docker",
	containers: { docker: 3, containerd: 0 },
	dockerActive: true,
	api: { ready: true, runtimeVersion: "docker://20.10.24", unschedulable: false },
};

it("finds a node that went over well, one that went back, and one that is marked", () => {
	expect(judge(found())).toEqual({ ending: "well", broken: [], linesLost: 0, linesDoubled: 0 });
	expect(judge(found({ run: GONE_BACK, node: ON_DOCKER, final: "reverted" }))).toMatchObject({ ending: "reverted", broken: [] });
	const failed = {
		...GONE_BACK,
		state: "revert-failed",
		events: GONE_BACK.events?.map((event) => ({
			...event,
			values: { ...event.values, to: event.values["to"] === "reverted" ? "revert-failed" : event.values["to"] },
		})),
	} as const;
	expect(
		judge(
			found({ run: failed, node: { kubelet: null, containers: { docker: 0, containerd: 0 }, armed: ["timer"] }, final: "revert-failed" }),
		),
	).toMatchObject({ ending: "marked", broken: [] });
	const left = run().events.concat({ code: "run.left-cordoned", values: {} });
	const cordoned = { ready: true, runtimeVersion: "containerd://1.6.20", unschedulable: true };
	expect(judge(found({ run: { events: left, cordonedByUs: true }, node: { api: cordoned } }))).toMatchObject({
		ending: "marked",
		broken: [],
	});
});

it.each<[string, Parameters<typeof found>[0], RegExp]>([
	["two runtimes", { node: { containers: { docker: 1, containerd: 3 } } }, /two runtimes/],
	[
		"two runtimes, however loud the run is",
		{ run: { ...GONE_BACK, state: "revert-failed" }, node: { containers: { docker: 1, containerd: 3 } } },
		/two runtimes/,
	],
	["another runtime than the record's", { node: ON_DOCKER }, /kubelet is on docker, containerd is on record/],
	["no kubelet", { node: { kubelet: null } }, /on nothing/],
	["no pods", { node: { containers: { docker: 0, containerd: 0 } } }, /no pod runs/],
	["a Docker that runs again", { node: { dockerActive: true } }, /Docker is active/],
	["a revert that is still armed", { node: { armed: ["gantry-boot.service"] } }, /still armed/],
	[
		"a node that is not Ready",
		{ node: { api: { ready: false, runtimeVersion: "containerd://1.6.20", unschedulable: false } } },
		/not Ready/,
	],
	[
		"an API that shows the other runtime",
		{ node: { api: { ready: true, runtimeVersion: "docker://20", unschedulable: false } } },
		/the API shows docker/,
	],
	[
		"a cordon without a reason",
		{ node: { api: { ready: true, runtimeVersion: "containerd://1", unschedulable: true } } },
		/nothing says why/,
	],
	["a cordon on record alone", { run: { cordonedByUs: true } }, /that the node does not have/],
])("calls half-way: %s", (_, change, why) => {
	const judgement = judge(found(change));
	expect(judgement.ending).toBe("half-way");
	expect(judgement.broken.join("\n")).toMatch(why);
});

it.each<[string, Parameters<typeof found>[0], RegExp]>([
	["a migration that goes on", { migration: "running" }, /the migration is running/],
	["a run that goes on", { run: { state: "finishing", events: run().events.slice(0, -1) } }, /finishing for ever/],
	["a lease", { run: { leaseId: "somebody" } }, /holds a lease/],
	["a step left running", { run: { steps: [{ id: "a", state: "running" }] } }, /step a is left running/],
	["no word of how it ended", { run: { result: null } }, /nothing says how/],
	[
		"an event that is missing",
		{ run: { events: run().events.filter((_, index) => index !== 3) } },
		/leads from cutover where draining was/,
	],
	[
		"an event twice",
		{ run: { events: run().events.flatMap((event, index) => (index === 2 ? [event, event] : [event])) } },
		/where draining was/,
	],
	[
		"a transition that is not in the table",
		{ run: { state: "reverted", events: [...run().events, { code: "run.reverted", values: { from: "done", to: "reverted" } }] } },
		/does not allow/,
	],
	["a state without its event", { run: { events: run().events.slice(0, -1) } }, /events end in finishing and it is done/],
	["a decision without its line in the audit", { audited: [] }, /migration.start was done 1 times, and the audit says 0/],
	[
		"a line in the audit of what was not done",
		{ audited: ["migration.start", "migration.pause"] },
		/migration.pause was done 0 times, and the audit says 1/,
	],
	["another end than the node's", { final: "reverted" }, /the node says reverted/],
	["an end that the node does not know", { final: null }, /the node knows no end/],
	["a log that lacks a line", { run: { log: LOG.subarray(0, LOG.indexOf("##gantry run00001 end")) } }, /1 lines lost, 0 doubled/],
])("says that the record is not complete: %s", (_, change, why) => {
	expect(judge(found(change)).broken.join("\n")).toMatch(why);
});

it("counts what a log lost and what it has twice, and lines that only look alike", () => {
	const stored = (...lines: string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(""));
	const onNode = stored("a", "b", "b", "c");
	expect(compareLogs(onNode, onNode)).toEqual({ same: true, lost: 0, doubled: 0 });
	expect(compareLogs(stored("a", "b", "c"), onNode)).toEqual({ same: false, lost: 1, doubled: 0 });
	expect(compareLogs(stored("a", "b", "b", "b", "c"), onNode)).toEqual({ same: false, lost: 0, doubled: 1 });
	expect(compareLogs(stored("a", "b", "c", "b"), onNode)).toEqual({ same: false, lost: 0, doubled: 0 });
	expect(compareLogs(stored("a"), null)).toEqual({ same: true, lost: 0, doubled: 0 });
});
