import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "./api-client.ts";
import { type DraftInput, type DraftStep, migrationDraftSchema } from "./contracts/draft.ts";
import { DraftKeeper, SAVE_AFTER_MS, type UnsavedDraft } from "./draft-keeper.ts";
import { sameValue } from "./same-value.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const draft = (reason: string) => migrationDraftSchema.parse({ clusterId: "c1", reason });
const problem = (status: number, code: string) => new ApiError({ type: "about:blank", status, code, values: {}, requestId: "" });
const OFFLINE = () => problem(0, "http.offline");

interface Row {
	revision: string;
	content: ReturnType<typeof draft>;
	step: DraftStep;
}

/** Keeps one draft by the rules of server/drafts. */
class Server {
	row: Row | null = null;
	saves = 0;
	/** What becomes of the next saves: not sent, or taken without an answer. */
	readonly fates: ("offline" | "lost")[] = [];
	/** What it answers is held back until `release`. */
	hold = false;
	#held: (() => void)[] = [];

	keep(revision: string, reason: string): Row {
		this.row = { revision, content: draft(reason), step: "nodes" };
		return this.row;
	}

	release(): void {
		this.hold = false;
		for (const go of this.#held.splice(0)) go();
	}

	async save(input: DraftInput): Promise<{ revision: string }> {
		const fate = this.fates.shift();
		this.saves += 1;
		if (fate === "offline") throw OFFLINE();
		const answer = this.#take(migrationDraftSchema.parse(input.content), input);
		if (this.hold) await new Promise<void>((resolve) => void this.#held.push(resolve));
		if (fate === "lost") throw OFFLINE();
		return answer;
	}

	#take(content: Row["content"], { revision, basedOn, unanswered = [], step }: DraftInput): { revision: string } {
		const { row } = this;
		if (row === null && basedOn !== null) throw problem(404, "inventory.not-found");
		const same = row !== null && sameValue(row.content, content);
		if (row !== null && !same && row.revision !== basedOn && !unanswered.includes(row.revision))
			throw problem(409, "draft.changed-elsewhere");
		this.row = { content, step, revision: same ? row.revision : revision };
		return { revision: this.row.revision };
	}
}

let number = 0;
const memory: { unsaved: UnsavedDraft | null } = { unsaved: null };
beforeEach(() => {
	memory.unsaved = null;
});

function page(server: Server, { known = true, step = "nodes" as DraftStep } = {}): DraftKeeper {
	return new DraftKeeper(
		{
			save: (input) => server.save(input),
			read: async () => {
				if (server.row === null) throw problem(404, "inventory.not-found");
				return server.row;
			},
			remember: (unsaved) => {
				memory.unsaved = unsaved;
			},
			forget: () => {
				memory.unsaved = null;
			},
			newRevision: () => `revision${number++}`,
		},
		{ known, step },
	);
}

function opened(server: Server, step: DraftStep = "nodes"): DraftKeeper {
	const keeper = page(server, { step });
	if (server.row === null) throw new Error("nothing is kept");
	keeper.open(server.row, null);
	return keeper;
}

/** Until it is saved, or refused. */
const soon = () => vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
/** The stream says that something changed, and it is read. */
const hear = (keeper: DraftKeeper, server: Server) => keeper.heard(server.row);
const reasonOf = (keeper: DraftKeeper) => keeper.state().content?.reason;

function serverWith(reason: string): Server {
	const server = new Server();
	server.keep("kept0000", reason);
	return server;
}

it("saves a moment after the last change, and takes what it saved itself for nobody else's", async () => {
	const server = serverWith("first");
	const keeper = opened(server);
	keeper.change({ reason: "a" });
	keeper.change({ reason: "ab" });
	expect([keeper.state().saving, server.saves]).toEqual(["saving", 0]);
	await soon();
	hear(keeper, server);
	expect([reasonOf(keeper), server.row?.content.reason, server.saves]).toEqual(["ab", "ab", 1]);
	expect(keeper.state()).toMatchObject({ saving: "saved", asking: null, replaced: 0 });
});

it("hears of its own save before that is answered", async () => {
	const server = serverWith("first");
	const keeper = opened(server);
	server.hold = true;
	keeper.change({ reason: "mine" });
	await soon();
	keeper.change({ reason: "mine too" });
	hear(keeper, server);
	expect([reasonOf(keeper), keeper.state().asking]).toEqual(["mine too", null]);
	server.release();
	await soon();
	hear(keeper, server);
	expect(keeper.state()).toMatchObject({ saving: "saved", asking: null });
	expect(server.row?.content.reason).toBe("mine too");
});

it("follows what was changed elsewhere while nothing is unsaved here, without a save of its own", async () => {
	const server = serverWith("first");
	const keeper = opened(server, "policy");
	server.keep("other000", "theirs");
	hear(keeper, server);
	await soon();
	expect(keeper.state()).toMatchObject({ content: draft("theirs"), saving: "saved", asking: null, replaced: 1 });
	expect(server.saves).toBe(0);
	keeper.change({ reason: "on top" });
	await soon();
	expect([keeper.state().saving, server.row?.content.reason]).toEqual(["saved", "on top"]);
});

it("is not led back by what was read too early", async () => {
	const server = serverWith("first");
	const keeper = opened(server);
	const before = server.row;
	keeper.change({ reason: "mine" });
	await soon();
	keeper.heard(before);
	expect(reasonOf(keeper)).toBe("mine");
});

it.each([
	["take", "theirs"],
	["keep", "mine"],
] as const)("asks where both were changed, saves nothing until then, and then does what is chosen: %s", async (choice, left) => {
	const server = serverWith("first");
	const keeper = opened(server);
	server.keep("other000", "theirs");
	keeper.change({ reason: "mine" });
	await soon();
	expect(keeper.state()).toMatchObject({ content: draft("mine"), saving: "unsaved", asking: { kept: { content: draft("theirs") } } });
	const { saves } = server;
	keeper.goTo("policy");
	await expect(keeper.save("policy")).rejects.toMatchObject({ problem: { code: "draft.changed-elsewhere" } });
	keeper.leave(true);
	await soon();
	expect([server.saves, server.row?.content.reason, memory.unsaved?.content.reason]).toEqual([saves, "theirs", "mine"]);
	if (choice === "take") keeper.takeKept();
	else keeper.keepMine();
	await soon();
	expect(keeper.state()).toMatchObject({ content: draft(left), saving: "saved", asking: null, replaced: choice === "take" ? 1 : 0 });
	expect([server.row?.content.reason, memory.unsaved]).toEqual([left, null]);
});

it("asks of the newest, also where that came while it was asked, and no more where both are the same", async () => {
	const server = serverWith("first");
	const keeper = opened(server);
	keeper.change({ reason: "mine" });
	server.keep("other000", "theirs");
	hear(keeper, server);
	expect(keeper.state().asking?.kept?.revision).toBe("other000");
	server.keep("other001", "theirs again");
	keeper.keepMine();
	await soon();
	expect(keeper.state().asking?.kept?.content.reason).toBe("theirs again");
	expect(server.row?.content.reason).toBe("theirs again");
	server.keep("other002", "mine");
	hear(keeper, server);
	expect(keeper.state()).toMatchObject({ asking: null, saving: "saved" });
});

it("takes a change of the step alone for no change of the content, here or there", async () => {
	const server = serverWith("first");
	const keeper = opened(server);
	keeper.goTo("policy");
	await soon();
	expect(server.row).toMatchObject({ step: "policy", revision: "kept0000" });
	server.keep("other000", "theirs");
	keeper.goTo("preflight");
	await soon();
	expect(keeper.state()).toMatchObject({ content: draft("theirs"), asking: null, saving: "saved" });
});

it("does not plan what was changed elsewhere: the save before it fails, and what is kept is shown", async () => {
	const server = serverWith("first");
	const keeper = opened(server);
	server.keep("other000", "theirs");
	await expect(keeper.save("preflight")).rejects.toMatchObject({ problem: { status: 409 } });
	expect(keeper.state()).toMatchObject({ content: draft("theirs"), asking: null });
	await keeper.save("preflight");
	expect(server.row?.step).toBe("preflight");
	// The same where another save, which is under way, finds it out.
	server.keep("other001", "theirs again");
	keeper.goTo("policy");
	await expect(keeper.save("preflight")).rejects.toMatchObject({ problem: { status: 409 } });
	expect(reasonOf(keeper)).toBe("theirs again");
});

it("goes on where the answer to a save was lost, whatever was entered since", async () => {
	const server = serverWith("first");
	const keeper = opened(server);
	server.fates.push("lost", "offline");
	keeper.change({ reason: "lost" });
	await soon();
	expect([keeper.state().saving, server.row?.content.reason]).toEqual(["unsaved", "lost"]);
	keeper.change({ reason: "and more" });
	await soon();
	hear(keeper, server);
	expect(keeper.state().asking).toBeNull();
	keeper.change({ reason: "and more still" });
	await soon();
	expect(keeper.state()).toMatchObject({ saving: "saved", asking: null, error: null });
	expect(server.row?.content.reason).toBe("and more still");
});

it("does the same with a first save", async () => {
	const server = new Server();
	const keeper = page(server, { known: false });
	server.fates.push("lost");
	keeper.begin(draft("chosen"), true);
	await soon();
	keeper.change({ reason: "chosen, and why" });
	await soon();
	expect([keeper.state().saving, server.row?.content.reason]).toEqual(["saved", "chosen, and why"]);
});

it("still asks where somebody changed it on top of the save whose answer was lost", async () => {
	const server = serverWith("first");
	const keeper = opened(server);
	server.fates.push("lost");
	keeper.change({ reason: "lost" });
	await soon();
	server.keep("other000", "theirs, on top");
	keeper.change({ reason: "lost, and more" });
	await soon();
	expect(keeper.state().asking?.kept?.content.reason).toBe("theirs, on top");
});

it("sends what is unsaved as the page goes, and goes on with it where the page comes back", async () => {
	const server = serverWith("first");
	const keeper = opened(server);
	keeper.change({ reason: "leaving" });
	server.fates.push("lost");
	keeper.leave(true);
	expect(memory.unsaved).toMatchObject({ content: draft("leaving"), basedOn: "kept0000" });
	await vi.advanceTimersByTimeAsync(0);
	keeper.change({ reason: "back again" });
	await soon();
	expect([keeper.state().saving, server.row?.content.reason]).toEqual(["saved", "back again"]);
	expect([keeper.state().asking, memory.unsaved]).toEqual([null, null]);
});

it("leaves what is on its way alone where only the page inside changes, and sends it again where the page goes", async () => {
	const server = serverWith("first");
	const keeper = opened(server);
	server.hold = true;
	keeper.change({ reason: "mine" });
	await soon();
	keeper.leave(false);
	expect(server.saves).toBe(1);
	keeper.leave(true);
	expect(server.saves).toBe(2);
	server.release();
	await soon();
	expect(keeper.state()).toMatchObject({ saving: "saved", asking: null });
});

it("remembers nothing that nobody entered", () => {
	const keeper = opened(serverWith("first"));
	keeper.goTo("policy");
	keeper.leave(true);
	expect(memory.unsaved).toBeNull();
});

it.each<[string, (server: Server) => void, UnsavedDraft, string | null]>([
	["nobody changed it", () => undefined, { content: draft("mine"), basedOn: "kept0000", unanswered: [] }, null],
	[
		"the server had taken it",
		(s) => s.keep("sent0000", "mine"),
		{ content: draft("mine"), basedOn: "kept0000", unanswered: ["sent0000"] },
		null,
	],
	["it had taken a part", (s) => s.keep("sent0000", "mi"), { content: draft("mine"), basedOn: "kept0000", unanswered: ["sent0000"] }, null],
	[
		"it was changed elsewhere",
		(s) => s.keep("other000", "theirs"),
		{ content: draft("mine"), basedOn: "kept0000", unanswered: [] },
		"theirs",
	],
	["nobody knows what it was made of", () => undefined, { content: draft("mine"), basedOn: null, unanswered: [] }, "first"],
])("opens what this browser could not save: %s", async (_, meanwhile, unsaved, asked) => {
	const server = serverWith("first");
	meanwhile(server);
	const keeper = page(server);
	if (server.row) keeper.open(server.row, unsaved);
	await soon();
	expect(keeper.state().asking?.kept?.content.reason ?? null).toBe(asked);
	expect(reasonOf(keeper)).toBe("mine");
	expect(server.row?.content.reason).toBe(asked ?? "mine");
});

it("saves what the server never took", async () => {
	const server = new Server();
	const keeper = page(server);
	keeper.openUnkept({ content: draft("mine"), basedOn: null, unanswered: ["sent0000"] });
	await soon();
	expect([keeper.state().saving, server.row?.content.reason]).toEqual(["saved", "mine"]);
});

it.each(["heard", "saved", "opened"] as const)("asks where it is gone, and brings it back only by a word: %s", async (how) => {
	const server = serverWith("first");
	const keeper = how === "opened" ? page(server) : opened(server);
	server.row = null;
	if (how === "heard") keeper.heard(null);
	if (how === "saved") keeper.change({ reason: "mine" });
	if (how === "opened") keeper.openUnkept({ content: draft("mine"), basedOn: "kept0000", unanswered: [] });
	await soon();
	expect([keeper.state().asking, server.row]).toEqual([{ kept: null }, null]);
	keeper.keepMine();
	await soon();
	expect(keeper.state()).toMatchObject({ asking: null, saving: "saved", known: true });
	expect(server.row).toMatchObject({ content: draft(how === "heard" ? "first" : "mine") });
});

it("leaves nothing to save where the one that is gone is dropped", async () => {
	const server = serverWith("first");
	const keeper = opened(server);
	server.row = null;
	keeper.change({ reason: "mine" });
	await soon();
	keeper.takeKept();
	keeper.leave(false);
	await soon();
	expect([server.row, memory.unsaved]).toEqual([null, null]);
});
