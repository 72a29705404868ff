import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Db } from "@/server/db/client.ts";
import type { TestConsole } from "../testing/console.ts";
import { queued, WatchedConsole } from "../testing/watched-console.ts";
import * as archive from "./archives/[id]/route.ts";
import * as cluster from "./clusters/[id]/route.ts";
import * as clusters from "./clusters/route.ts";
import * as draft from "./drafts/[id]/route.ts";
import * as hostKey from "./host-keys/[id]/route.ts";
import * as credential from "./nodes/[id]/credential/route.ts";
import * as node from "./nodes/[id]/route.ts";
import * as nodes from "./nodes/route.ts";
import * as reset from "./people/[id]/reset-password/route.ts";
import * as person from "./people/[id]/route.ts";
import * as people from "./people/route.ts";
import * as template from "./templates/[id]/route.ts";
import * as templates from "./templates/route.ts";

let watched: WatchedConsole;
beforeAll(async () => {
	watched = await WatchedConsole.start();
});
afterAll(() => watched.close());
beforeEach(() => watched.forget());

interface Setting {
	/** Something to be changed or taken away, which nothing else here needs. */
	there?: (db: Db) => Promise<unknown>;
	handler: Parameters<TestConsole["call"]>[0];
	method: "POST" | "PUT" | "PATCH" | "DELETE";
	id?: string;
	body?: object;
}

const KEY = { id: "k9", address: "10.0.0.9", port: 22, algorithm: "ssh-ed25519", keyBase64: "", sha256: "" };
const ARCHIVE = {
	id: "a9",
	architecture: "amd64",
	version: "1",
	fileName: "x",
	sizeBytes: 1,
	sha256: "",
	binarySha256: "",
	bytes: new Uint8Array(1),
};
const TEMPLATE = { name: "careful", description: "", direction: "migrate", reason: "", ticket: "" };
const CONTENT = { clusterId: "c1", direction: "migrate", nodeIds: ["n1"] };
const SIGN_IN = {
	user: "root",
	port: 22,
	auth: { kind: "password" as const, password: "secret" },
	privilege: { kind: "root" },
	jump: null,
};
const PERSON = {
	id: "u9",
	name: "Ben",
	email: "ben@example.com",
	emailVerified: true,
	accounts: { create: { id: "a9", accountId: "u9", providerId: "credential", password: "" } },
};

const SETTINGS: [action: string, Setting][] = [
	["cluster.create", { handler: clusters.POST, method: "POST", body: { name: "another", kubeconfig: null } }],
	["cluster.update", { handler: cluster.PATCH, method: "PATCH", id: "c1", body: { name: "renamed" } }],
	[
		"cluster.delete",
		{ there: (db) => db.cluster.create({ data: { id: "c9", name: "gone" } }), handler: cluster.DELETE, method: "DELETE", id: "c9" },
	],
	["node.create", { handler: nodes.POST, method: "POST", body: { clusterId: "c1", name: "node8", address: "10.0.0.8", port: null } }],
	["node.update", { handler: node.PATCH, method: "PATCH", id: "n1", body: { address: "10.0.1.1", port: 2222 } }],
	[
		"node.delete",
		{
			there: (db) => db.node.create({ data: { id: "n9", clusterId: "c1", name: "node9", address: "10.0.0.9", manual: true } }),
			handler: node.DELETE,
			method: "DELETE",
			id: "n9",
		},
	],
	["credential.set", { handler: credential.PUT, method: "PUT", id: "n1", body: SIGN_IN }],
	[
		"credential.remove",
		{
			there: () => watched.test.console.credentials.set({ nodeId: "n1" }, { ...SIGN_IN, privilege: "root" }),
			handler: credential.DELETE,
			method: "DELETE",
			id: "n1",
		},
	],
	[
		"host-key.remove",
		{
			there: (db) => db.hostKey.create({ data: { ...KEY, acceptedBy: "person", userName: "ann" } }),
			handler: hostKey.DELETE,
			method: "DELETE",
			id: "k9",
		},
	],
	[
		"archive.delete",
		{
			there: (db) => db.crictlArchive.create({ data: { ...ARCHIVE, uploadedBy: "ann" } }),
			handler: archive.DELETE,
			method: "DELETE",
			id: "a9",
		},
	],
	["template.create", { handler: templates.POST, method: "POST", body: { ...TEMPLATE, policy: {} } }],
	[
		"template.rename",
		{
			there: (db) => db.template.create({ data: { ...TEMPLATE, id: "t8", name: "before", policy: {}, createdBy: "ann" } }),
			handler: template.PATCH,
			method: "PATCH",
			id: "t8",
			body: { name: "afterwards" },
		},
	],
	[
		"template.delete",
		{
			there: (db) => db.template.create({ data: { ...TEMPLATE, id: "t9", name: "old", policy: {}, createdBy: "ann" } }),
			handler: template.DELETE,
			method: "DELETE",
			id: "t9",
		},
	],
	[
		"draft.create",
		{
			handler: draft.PUT,
			method: "PUT",
			id: "draftthatisnew0",
			body: { content: CONTENT, step: "nodes", revision: "aaaaaaa1", basedOn: null },
		},
	],
	[
		"draft.discard",
		{
			async there(db) {
				await watched.given({ state: "draft", runs: [queued] });
				const { id: userId } = await db.user.findFirstOrThrow();
				const kept = { content: CONTENT, step: "nodes", migrationId: "m1", updatedAt: new Date() };
				await db.migrationDraft.create({ data: { ...kept, id: "draftwithaplan0", userId } });
			},
			handler: draft.DELETE,
			method: "DELETE",
			id: "draftwithaplan0",
		},
	],
	["user.add", { handler: people.POST, method: "POST", body: { name: "Cai", email: "cai@example.com" } }],
	["user.password-reset", { there: (db) => db.user.create({ data: PERSON }), handler: reset.POST, method: "POST", id: "u9" }],
	["user.remove", { handler: person.DELETE, method: "DELETE", id: "u9" }],
];

const carriedOut = ({ handler, method, id, body }: Setting) =>
	watched.test.call(handler, `/api/v1/${id ?? ""}`, {
		cookie: watched.cookie,
		method,
		...(id ? { params: { id } } : {}),
		...(body ? { body } : {}),
	});

it.each(SETTINGS)("does not change what it cannot put on record: %s", async (action, setting) => {
	await setting.there?.(watched.db);
	await watched.doneOnlyWithItsLine(action, () => carriedOut(setting));
});

it.each([
	["cluster.delete", [200, 404]],
	["node.delete", [200, 404]],
	["host-key.remove", [200, 404]],
	["archive.delete", [200, 404]],
	["template.delete", [200, 404]],
	["draft.discard", [200, 404]],
	// It is gone, as both asked for.
	["credential.remove", [200, 200]],
] as const)("puts on record once what two take away in the same moment: %s", async (action, answers) => {
	const { db, audit } = watched;
	const setting = new Map(SETTINGS).get(action);
	if (!setting) throw new Error(`nothing is known of ${action}`);
	await setting.there?.(db);
	const commit = audit.commit.bind(audit);
	const waiting: (() => void)[] = [];
	// Neither writes before the other has seen what there is.
	const held = vi.spyOn(audit, "commit").mockImplementation(async (...given) => {
		await new Promise<void>((resolve) => {
			waiting.push(resolve);
			if (waiting.length === 2) for (const goOn of waiting) goOn();
		});
		return commit(...given);
	});
	try {
		const told = await Promise.all([carriedOut(setting), carriedOut(setting)]);
		expect(told.map(({ status }) => status).sort()).toEqual(answers);
	} finally {
		held.mockRestore();
	}
	expect((await audit.list({ outcome: "ok" })).events.map((event) => event.action)).toEqual([action]);
});

it("puts nothing on record where there is no credential to take away", async () => {
	const response = await watched.test.call(credential.DELETE, "/api/v1/nodes/n3/credential", {
		cookie: watched.cookie,
		method: "DELETE",
		params: { id: "n3" },
	});
	expect(response.status).toBe(200);
	expect((await watched.audit.list()).events).toEqual([]);
});
