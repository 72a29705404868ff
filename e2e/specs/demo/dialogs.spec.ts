import { expect, type Locator, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { done, migrationBecomes, openNode, plan, sayWhy, start } from "../browser/migration.ts";
import { words } from "../browser/words.ts";
import { look } from "./look.ts";
import { holdDrains } from "./machines.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { chooseNodes, open } from "./table.ts";

// What other files pass by: pages that are not there or fail, and dialogs. Axe finds nothing wrong with them in either theme and width.
test.describe.configure({ mode: "serial", timeout: 300_000 });
test.use({ actionTimeout: 30_000 });

const BO = { name: "Bo Example", email: "bo@example.com" };
let demo: Demo;
let page: Page;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser));
});

test.afterAll(() => closeDemo({ demo, page }));

const dialogs = () => page.getByRole("dialog").or(page.getByRole("alertdialog"));
const heading = (area: string, key: string) => page.getByRole("heading", { level: 1, name: words(area, key) });

/** Looks at the dialog that the button opens, and closes it as one who does not want it. */
async function lookAt(name: string, opens: Locator): Promise<void> {
	await opens.click();
	await expect(dialogs()).toBeVisible();
	await look(page, name);
	await dialogs()
		.getByRole("button", { name: words("ui", "cancel") })
		.or(dialogs().getByRole("button", { name: words("ui", "close") }))
		.first()
		.click();
	await expect(dialogs()).toHaveCount(0);
}

/** While `during` runs, what the console answers there is another thing. */
async function answering<T>(path: string | RegExp, change: (answer: T) => void, during: () => Promise<void>): Promise<void> {
	await page.route(path, async (route) => {
		const response = await route.fetch();
		const answer = (await response.json()) as T;
		change(answer);
		await route.fulfill({ response, json: answer });
	});
	await during();
	await page.unroute(path);
}

test("pages that are not there, and one that fails", async () => {
	await page.goto(`${demo.console.url}/nowhere`);
	await expect(heading("shell", "notFoundTitle")).toBeVisible();
	await look(page, "not-found");
	for (const [name, path] of [
		["not-found-node", "nodes/nowhere"],
		["not-found-run", "runs/nowhere"],
		["not-found-migration", "migrations/nowhere"],
		["not-found-cluster", "clusters/nowhere"],
	] as const) {
		await page.goto(`${demo.console.url}/${path}`);
		await expect(page.getByRole("main")).toContainText(/\S/);
		await look(page, name);
	}
	// An answer that no version of the console gives.
	await answering(
		/\/api\/v1\/audit\?/,
		(answer: { events: unknown }) => {
			answer.events = null;
		},
		async () => {
			await page.goto(`${demo.console.url}/audit`);
			await expect(heading("shell", "errorTitle")).toBeVisible();
			await look(page, "page-error");
		},
	);
	await page.reload();
	await expect(heading("shell", "audit")).toBeVisible();
	await lookAt("audit-details", page.locator("tr[data-action]").first().getByRole("button"));
});

test("clusters, their access and their host keys", async () => {
	const button = (area: string, key: string) => page.getByRole("button", { name: words(area, key) }).first();
	await open(page, "Clusters");
	await lookAt("cluster-add", button("clusters", "add"));
	await page.getByRole("link", { name: "legacy", exact: true }).first().click();
	await expect(page.getByRole("heading", { level: 1, name: "legacy" })).toBeVisible();
	await lookAt("cluster-delete", button("clusters", "deleteConfirm"));
	await page.getByRole("tab", { name: words("clusters", "tabAccess") }).click();
	await lookAt("cluster-edit", button("ui", "edit"));
	await lookAt("credential-remove", button("clusters", "credentialRemove"));
	const changed = {
		entryId: "e1",
		nodeId: null,
		label: "node4",
		address: "127.0.0.1",
		port: 22,
		algorithm: "ssh-ed25519",
		sha256: "SHA256:uNiVztksCsDhcc0u9e8BrWJ8oTfCZ5hHnPwRjI1vJqA",
		accepted: "changed",
		expectedSha256: "SHA256:3vVbnW2CWyKpoEGfzyKLHSGJKRmzGBKjzPLsNq9JrRs",
		knownHosts: null,
	};
	await page.route(/\/api\/v1\/host-keys\/scan/, (route) => route.fulfill({ json: { scanId: "s1", keys: [changed], errors: [] } }));
	await page.getByRole("tab", { name: /^Host keys/ }).click();
	await page.getByRole("button", { name: /^Look at \d+ hosts?$/ }).click();
	await lookAt("host-key-replace", button("hostKeys", "replace"));
	await page.unroute(/\/api\/v1\/host-keys\/scan/);
	await lookAt("node-add", button("clusters", "nodeAdd"));
});

test("nodes, as one that a console does not know or left cordoned", async () => {
	await chooseNodes(page, "legacy", ["node4"]);
	await lookAt("node-host-keys", page.getByRole("button", { name: words("nodes", "scanHostKeys") }));
	await page.getByRole("link", { name: "node4", exact: true }).click();
	await expect(page.getByRole("heading", { level: 1, name: "node4" })).toBeVisible();
	const left = {
		runId: "r0123456789",
		state: "verified",
		console: "another-console",
		foreign: true,
		revertInS: 480,
		noted: {
			direction: "migrate",
			fromRuntime: "docker://19.3.13",
			toRuntime: "containerd://1.3.7",
			by: "li@example.com",
			reason: "Docker is leaving",
			ticket: "CHG-1",
			ticketNeeded: true,
		},
		choices: ["keep", "go-back"],
		byHand: "sh /var/lib/gantry/runs/r0123456789/revert.sh by-hand",
	};
	await page.route("**/left-runs", (route) => route.fulfill({ json: { runs: [left] } }));
	await answering(
		/\/api\/v1\/nodes\/[^/]+$/,
		({ node, facts }: { node: { manual: boolean }; facts: { gantry: { runs: unknown[] } } }) => {
			node.manual = true;
			facts.gantry.runs = [{ id: left.runId, final: "" }];
		},
		async () => {
			await page.reload();
			await lookAt("node-delete", page.getByRole("button", { name: words("nodes", "delete") }));
			await lookAt("left-run-adopt", page.getByRole("button", { name: words("nodes", "left.choices.keep") }));
		},
	);
	await page.unroute("**/left-runs");
});

test("people, a password that is told once, host keys that are forgotten and archives", async () => {
	await open(page, "Settings");
	const add = page.getByRole("button", { name: words("settings", "people.add") }).first();
	await lookAt("person-add", add);
	await add.click();
	await dialogs().getByLabel("Name").fill(BO.name);
	await dialogs().getByLabel("E-mail").fill(BO.email);
	await dialogs()
		.getByRole("button", { name: words("settings", "people.add") })
		.click();
	await expect(page.locator("[data-given-password] code")).toBeVisible();
	await look(page, "person-password");
	await dialogs()
		.getByRole("button", { name: words("settings", "people.passwordDone") })
		.click();
	await expect(dialogs()).toHaveCount(0);
	await lookAt("person-reset", page.getByRole("button", { name: `Reset the password of ${BO.name}` }));
	await lookAt("person-remove", page.getByRole("button", { name: `Remove ${BO.name}` }));
	await lookAt("host-key-forget", page.getByRole("button", { name: words("hostKeys", "removeOne") }).first());
	await lookAt("archive-delete", page.getByRole("button", { name: words("archives", "delete") }).first());
	await page.route(/\/api\/v1\/archives\?/, (route) => {
		const problem = { type: "about:blank", status: 409, code: "archive.exists", values: {}, requestId: "r1" };
		return route.request().method() === "POST"
			? route.fulfill({ status: 409, contentType: "application/problem+json", body: JSON.stringify(problem) })
			: route.continue();
	});
	await page
		.locator("input[type=file]")
		.first()
		.setInputFiles({ name: "crictl.tar.gz", mimeType: "application/gzip", buffer: Buffer.from("x") });
	await expect(dialogs()).toBeVisible();
	await look(page, "archive-replace");
	await page.keyboard.press("Escape");
	await page.unroute(/\/api\/v1\/archives\?/);
});

test("a review, and what is asked while its migration is under way", async () => {
	const button = (key: string) => page.getByRole("button", { name: words("migration", key) }).first();
	await chooseNodes(page, "legacy", ["node4", "node5"]);
	await page.getByRole("button", { name: "Migrate 2 nodes…" }).click();
	await plan(page, { reason: "To be asked about", ticket: "CHG-7" });
	await lookAt("review-discard", button("discard"));
	await lookAt("review-start", button("start"));
	const release = holdDrains(demo.clusters.legacy, "web");
	const id = await start(page, "migrate");
	const out = () => page.locator('tr[data-run-state="draining"]');
	await expect(out()).toHaveCount(1, { timeout: 60_000 });
	await lookAt("run-cancel-all", button("cancel"));
	await openNode(page, (await out().getAttribute("data-node")) ?? "");
	await lookAt("run-cancel-one", button("cancelRun"));
	await page.getByRole("button", { name: /^Pause/ }).click();
	await migrationBecomes(page, "paused");
	await lookAt("run-add-nodes", button("addNodes"));
	await lookAt("run-pace", button("changePace"));
	await answering(
		`**/api/v1/migrations/${id}`,
		({ migration }: { migration: object }) => {
			const stateWhy = { code: "migration.held-for-pods", values: { pods: "default/web", person: "" } };
			Object.assign(migration, { state: "held", stateWhy });
		},
		async () => {
			await page.reload();
			await lookAt("run-go-on-anyway", button("goOnAnyway"));
		},
	);
	release();
	await page.reload();
	await button("resume").click();
	await sayWhy(page, "All of it was looked at");
	await done(page, ["node4", "node5"], 180_000);
	const run = await openNode(page, "node4");
	await answering(
		/\/api\/v1\/(runs|migrations)\/[^/]+$/,
		(answer: { run?: object; runs?: object[] }) => {
			for (const one of [answer.run, ...(answer.runs ?? [])]) if (one) Object.assign(one, { cordonedByUs: true });
		},
		async () => {
			await page.goto(`${demo.console.url}/runs/${run}`);
			await lookAt("run-uncordon", page.getByRole("button", { name: words("run", "uncordon.button") }).first());
		},
	);
});
