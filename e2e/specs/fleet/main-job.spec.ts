import { expect, type Page, test } from "@playwright/test";
import { ConsoleProcess } from "../../console/console-process.ts";
import { attach, type Fleet } from "../../fleet/fleet.ts";
import { filesOf } from "../../fleet/node-state.ts";
import { tellOfFailure } from "../browser/failure.ts";
import { done, openNode, plan, reviewNode, type ScriptHashes, start } from "../browser/migration.ts";
import { screens } from "../browser/screens.ts";
import { signIn } from "../browser/sign-in.ts";
import { words } from "../browser/words.ts";
import { FLEET_NAME, givenFleet } from "./fleet-name.ts";
import { expectWholeLog, scriptsOnNode } from "./log.ts";
import { acceptHostKeys, addCluster, addCredential, probeAll, uploadArchive } from "./set-up.ts";

// The main job as a person does it, in one browser on three real workers with running pods: two go over, one comes back.
test.describe.configure({ mode: "serial", timeout: 600_000 });

const AUDITED = [
	"session.sign-in",
	"cluster.create",
	"credential.set",
	"host-key.accept",
	"archive.upload",
	"migration.plan",
	"migration.start",
];
const before = new Map<string, string>();
const reviewed = new Map<string, ScriptHashes>();
let migrationId = "";
let fleet: Fleet;
let console: ConsoleProcess;
let page: Page;

test.beforeAll(async ({ browser }) => {
	fleet = await attach(givenFleet() ?? FLEET_NAME);
	for (const node of fleet.nodes) before.set(node.name, await filesOf(node));
	await fleet.deploy({ name: "web", replicas: 3, minAvailable: 2 });
	console = await ConsoleProcess.start();
	page = await browser.newPage();
});

test.afterEach(() => tellOfFailure(test.info(), console, page ? page.context().pages() : []));

test.afterAll(async () => {
	await page?.close();
	await test.info().attach("console.log", { body: (await console?.log()) ?? "", contentType: "text/plain" });
	await console?.close();
	await fleet?.kubectl(["delete", "deployment/web", "poddisruptionbudget/web", "--ignore-not-found"]);
	for (const node of fleet?.nodes ?? []) if (!(await node.status())?.runtime.startsWith("docker://")) await fleet.reset(node.name);
});

const runtimeOf = async (name: string) =>
	(await fleet.kubectl(["get", "node", name, "-o", "wide", "--no-headers"])).trim().split(/\s+/).at(-1);

test("sign in, and bring the cluster in", async () => {
	await signIn(page, console, { look: true });
	await screens(page, "overview-empty");
	await addCluster(page, fleet, true);
	await addCredential(page, fleet, true);
	await acceptHostKeys(page, fleet, true);
	await uploadArchive(page, true);
});

test("see the nodes as kubectl does, and probe them", async () => {
	await probeAll(page, fleet);
	const rows = (await fleet.kubectl(["get", "nodes", "-o", "wide", "--no-headers"])).trim().split("\n");
	for (const line of rows) {
		const [name = "", status = "", roles = "", , ...rest] = line.trim().split(/\s{2,}/);
		const row = page.getByRole("row").filter({ hasText: name });
		for (const cell of [name, status, roles, ...rest]) await expect(row).toContainText(cell);
		await expect(row).toContainText("dockershim");
	}
	await screens(page, "nodes");
	await page.getByRole("link", { name: "node1", exact: true }).click();
	await expect(page.getByText("Nothing stands in the way.").or(page.getByText("Findings"))).not.toHaveCount(0);
	await screens(page, "node");
	await page.goBack();
});

test("choose two, and review every script and file before anything runs", async () => {
	await page.getByRole("checkbox", { name: "Choose node1" }).click();
	await page.getByRole("checkbox", { name: "Choose node2" }).click();
	await page.getByRole("button", { name: "Migrate 2 nodes…" }).click();
	await plan(page, { reason: "Docker is leaving", ticket: "CHG-8841", look: "migrate" });
	await screens(page, "migrate-review");
	await expect(page.locator("[data-review-node]")).toHaveCount(2);
	for (const name of ["node1", "node2"]) {
		const look = name === "node1" ? (part: string) => screens(page, `migrate-review-${part}`) : undefined;
		reviewed.set(name, await reviewNode(page, name, look));
	}
	migrationId = await start(page, "migrate");
});

test("watch both go over, one at a time, to the end", async () => {
	const row = (name: string) => page.locator(`tr[data-node="${name}"]`);
	// Whichever is prepared first goes out first.
	const out = page.locator('tr[data-node][data-run-state="cutover"]');
	await expect(out).toHaveCount(1, { timeout: 120_000 });
	const first = (await out.getAttribute("data-node")) ?? "";
	await expect(row(first === "node1" ? "node2" : "node1")).toHaveAttribute("data-run-state", /^(queued|preparing|prepared)$/);
	await row(first).locator("th button").click();
	await screens(page, "run-cutover");
	await done(page, ["node1", "node2"]);
	await screens(page, "run-done");
	expect(await runtimeOf("node1")).toMatch(/^containerd:\/\//);
	expect(await runtimeOf("node2")).toMatch(/^containerd:\/\//);
	expect(await runtimeOf("node3")).toMatch(/^docker:\/\//);
	expect(await fleet.kubectl(["get", "nodes", "--no-headers"])).not.toContain("SchedulingDisabled");
	await fleet.waitRunning("web", 3);
});

test("read each log as the node has it, byte for byte, and see that what was reviewed has run", async () => {
	for (const name of ["node1", "node2"]) {
		await page.goto(`${console.url}/migrations/${migrationId}`);
		const runId = await openNode(page, name);
		await expectWholeLog(page, fleet.node(name), runId);
		expect(await scriptsOnNode(fleet.node(name), runId)).toEqual(reviewed.get(name));
		await page.getByRole("link", { name: words("migration", "permanent") }).click();
		await expect(page).toHaveURL(new RegExp(`/runs/${runId}`));
		await expectWholeLog(page, fleet.node(name), runId);
		if (name === "node1") await screens(page, "run");
	}
});

test("roll one back by its button", async () => {
	await page.getByRole("link", { name: "Nodes", exact: true }).first().click();
	await page.getByRole("link", { name: "node1", exact: true }).click();
	await expect(page.getByRole("button", { name: "Roll back…" })).toBeVisible();
	await screens(page, "node-migrated");
	await page.getByRole("button", { name: "Roll back…" }).click();
	await plan(page, { reason: "To see that it comes back", ticket: "CHG-8842", look: "rollback" });
	await screens(page, "rollback-review");
	await start(page, "rollback");
	await done(page, ["node1"]);
	await screens(page, "rollback-done");
	expect(await runtimeOf("node1")).toMatch(/^docker:\/\//);
	expect(await filesOf(fleet.node("node1"))).toBe(before.get("node1"));
	expect(await fleet.kubectl(["get", "nodes", "--no-headers"])).not.toContain("SchedulingDisabled");
	await fleet.waitRunning("web", 3);
	await expectWholeLog(page, fleet.node("node1"), await openNode(page, "node1"));
});

test("find all of it in the history and the audit", async () => {
	await page.getByRole("link", { name: "History", exact: true }).first().click();
	await expect(page.locator("tr[data-run]")).toHaveCount(3);
	await expect(page.locator("tr[data-run]").filter({ hasText: "node1" })).toHaveCount(2);
	await screens(page, "history");
	await page.getByRole("link", { name: "Migrations", exact: true }).first().click();
	for (const ticket of ["CHG-8841", "CHG-8842"]) await expect(page.getByRole("cell", { name: ticket, exact: true })).toBeVisible();
	await screens(page, "migrations");
	await page.getByRole("link", { name: "Audit", exact: true }).first().click();
	for (const action of AUDITED) await expect(page.locator(`tr[data-action="${action}"]`).first(), action).toBeVisible();
	await screens(page, "audit");
	await page.getByRole("link", { name: "Overview", exact: true }).first().click();
	await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
	await screens(page, "overview");
});
