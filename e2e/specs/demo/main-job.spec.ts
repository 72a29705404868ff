import { expect, type Locator, type Page, test } from "@playwright/test";
import { done, openNode, plan, reviewNode, runRow, start } from "../browser/migration.ts";
import { signIn } from "../browser/sign-in.ts";
import { words } from "../browser/words.ts";
import { DemoCommand } from "./demo-command.ts";
import { look, lookInBothThemes } from "./look.ts";
import { cellsOf, open, scopeTo } from "./table.ts";

// What a newcomer does in the first minutes, by nothing but what `npm run demo` printed. Every page on the way is looked at.
test.describe.configure({ mode: "serial", timeout: 240_000 });

const KUBECTL = [
	"NAME",
	"STATUS",
	"ROLES",
	"AGE",
	"VERSION",
	"INTERNAL-IP",
	"EXTERNAL-IP",
	"OS-IMAGE",
	"KERNEL-VERSION",
	"CONTAINER-RUNTIME",
];
const row = (number: number, role: string, kernel: string, runtime: string) => [
	`node${number}`,
	"Ready",
	role,
	"61d",
	"v1.18.9",
	`3.1.20.${119 + number}`,
	"<none>",
	"CentOS Linux 7 (Core)",
	kernel,
	runtime,
];
const NEW_KERNEL = "5.9.1-1.el7.elrepo.x86_64";
const LEGACY = [
	row(1, "master", NEW_KERNEL, "docker://19.3.13"),
	row(2, "master", NEW_KERNEL, "containerd://1.3.7"),
	row(3, "master", NEW_KERNEL, "docker://19.3.13"),
	row(4, "<none>", NEW_KERNEL, "docker://19.3.13"),
	row(5, "<none>", NEW_KERNEL, "docker://19.3.13"),
	row(6, "<none>", "3.10.0-1160.6.1.el7.x86_64", "containerd://1.4.3"),
];

let demo: DemoCommand;
let page: Page;

test.beforeAll(async ({ browser }) => {
	demo = await DemoCommand.start();
	page = await (await browser.newContext()).newPage();
});

test.afterAll(async () => {
	await page?.context().close();
	await test.info().attach("demo", { body: demo?.printed ?? "", contentType: "text/plain" });
	await demo?.interrupt();
});

test("sign in by each address that the demo printed, the network's over plain HTTP too", async ({ browser }) => {
	expect(demo.addresses).toContain(demo.url);
	for (const at of demo.addresses) {
		const context = await browser.newContext();
		await signIn(await context.newPage(), demo, { at });
		await context.close();
	}
	await page.goto(demo.url);
	await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
	await look(page, "login");
	await signIn(page, demo);
	await look(page, "overview");
});

test("find both clusters, and the nodes of legacy as kubectl shows them", async () => {
	await open(page, "Clusters");
	for (const name of ["legacy", "prod"]) await expect(page.getByRole("row").filter({ hasText: name })).toBeVisible();
	await look(page, "clusters");
	await page.getByRole("link", { name: "legacy", exact: true }).first().click();
	await expect(page.getByRole("heading", { level: 1, name: "legacy" })).toBeVisible();
	await look(page, "cluster");
	await page.getByRole("tab", { name: /^Host keys/ }).click();
	await look(page, "cluster-host-keys");
	await page.getByRole("tab", { name: words("clusters", "tabAccess") }).click();
	await look(page, "cluster-access");
	const credential = page.locator("section").filter({ has: page.getByRole("heading", { name: words("clusters", "credentialTitle") }) });
	await credential.getByRole("button", { name: words("ui", "edit") }).click();
	await look(page, "credential-edit");
	await credential.getByRole("button", { name: words("ui", "cancel") }).click();
	await expect(credential.getByRole("button", { name: words("ui", "edit") })).toBeVisible();
	await open(page, "Nodes");
	await look(page, "nodes");
	await scopeTo(page, "legacy");
	await expect.poll(() => cellsOf(page, KUBECTL)).toEqual(LEGACY);
});

test("choose two workers, and review findings, steps, diffs and scripts of each", async () => {
	for (const name of ["node4", "node5"]) await page.getByRole("checkbox", { name: `Choose ${name}` }).click();
	await page.getByRole("button", { name: "Migrate 2 nodes…" }).click();
	await look(page, "migrate-new");
	await plan(page, { reason: "Docker is leaving", ticket: "CHG-8841" });
	await expect(page.locator("[data-review-node]")).toHaveCount(2);
	await look(page, "migrate-review");
	for (const name of ["node4", "node5"]) {
		const hashes = await reviewNode(page, name, name === "node4" ? (part) => lookInBothThemes(page, `migrate-review-${part}`) : undefined);
		for (const hash of Object.values(hashes)) expect(hash).toMatch(/^[0-9a-f]{64}$/);
	}
});

test("watch them go over one at a time, each with its log", async () => {
	await start(page, "migrate");
	await look(page, "run-live");
	await done(page, ["node4", "node5"], 120_000);
	await expect(page.getByText("All 2 of 2 nodes are done.")).toBeVisible();
	const runId = await openNode(page, "node4");
	const log = page.getByRole("region", { name: words("run", "log.region") });
	await expect(log).toContainText("containerd");
	await look(page, "run-done");
	await besideOnAWideScreen();
	await openNode(page, "node4");
	await page.getByRole("link", { name: words("migration", "permanent") }).click();
	await expect(page).toHaveURL(new RegExp(`/runs/${runId}`));
	await expect(page.getByText("CHG-8841").first()).toBeVisible();
	await look(page, "run");
	await open(page, "Nodes");
	for (const name of ["node4", "node5"]) await expect(page.getByRole("row").filter({ hasText: name })).toContainText("containerd://1.3.7");
});

/** The nodes and the panel of one of them: beside each other where there is room, by mouse and keyboard. */
async function besideOnAWideScreen(): Promise<void> {
	const nodes = page.getByRole("table", { name: words("migration", "gridPhases") });
	const panel = page.getByRole("region", { name: "node4", exact: true });
	const handle = page.getByRole("separator", { name: words("migration", "panelWidth") });
	const box = async (part: Locator) => (await part.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
	// What is drawn follows the key, the mouse and the window a moment later.
	const from = async (part: Locator, side: "x" | "y") => (await box(part))[side];
	const rightOf = async (part: Locator) => (await box(part)).x + (await box(part)).width;
	await expect.poll(async () => (await from(panel, "x")) - (await rightOf(nodes))).toBeGreaterThanOrEqual(0);
	await expect.poll(async () => (await from(panel, "y")) + (await box(panel)).height).toBeLessThanOrEqual(900);

	await handle.focus();
	const share = Number(await handle.getAttribute("aria-valuenow"));
	await page.keyboard.press("ArrowLeft");
	await expect(handle).toHaveAttribute("aria-valuenow", String(share - 2));
	const at = await box(handle);
	await page.mouse.move(at.x + at.width / 2, at.y + 50);
	await page.mouse.down();
	await page.mouse.move(at.x + 100, at.y + 50, { steps: 3 });
	await page.mouse.up();
	// Whole percents of the width.
	await expect.poll(async () => Math.abs((await from(handle, "x")) - at.x - 100)).toBeLessThan(20);
	const kept = String(await handle.getAttribute("aria-valuenow"));
	await page.reload();
	await expect(handle).toHaveAttribute("aria-valuenow", kept);

	// Closed, the focus is on its node again; a step that is opened keeps it, though its column is a phase's then.
	const node = runRow(page, "node4").locator("th button");
	await page.getByRole("button", { name: words("migration", "closePanel") }).press("Enter");
	await expect(panel).toHaveCount(0);
	await expect(node).toBeFocused();
	await expect(page).not.toHaveURL(/node=/);
	await everyStepInView();
	for (let press = 0; press < 3; press++) await page.keyboard.press("ArrowRight");
	await expect(page.locator("[data-pointed]")).toHaveText(/^3 Check the host$/);
	await page.keyboard.press("Enter");
	await expect(panel).toBeVisible();
	await expect(page).toHaveURL(/node=node4&step=/);
	await expect(runRow(page, "node4").locator('[data-step="prepare"]')).toBeFocused();
	await page.keyboard.press("Home");
	await expect(node).toBeFocused();

	await page.setViewportSize({ width: 1_100, height: 900 });
	await expect(page.getByRole("table", { name: words("migration", "gridSteps") })).toBeVisible();
	await expect(handle).toHaveCount(0);
	await expect.poll(async () => (await from(panel, "y")) - (await from(node, "y"))).toBeGreaterThan(0);
	await page.setViewportSize({ width: 1_440, height: 900 });
}

/** All steps of all nodes are in view, also on a smaller desk; where they cannot be, it is seen on which side there are more. */
async function everyStepInView(): Promise<void> {
	const grid = page.getByRole("table", { name: words("migration", "gridSteps") });
	await expect(grid).toBeVisible();
	const hidden = () => grid.evaluate(({ parentElement: area }) => (area ? area.scrollWidth - area.clientWidth : -1));
	const more = async () => grid.evaluate((table) => ({ ...table.parentElement?.parentElement?.dataset }));
	for (const width of [1_280, 1_440]) {
		await page.setViewportSize({ width, height: 900 });
		await expect.poll(hidden, `pixels out of view at ${width}`).toBe(0);
		await expect.poll(more).toEqual({ before: "false", after: "false" });
	}
	const step = grid.getByRole("button", { name: new RegExp(words("step", "verify-cluster").source.replace(/[\^$]/g, "")) }).first();
	await step.hover();
	await expect(page.locator("[data-pointed]")).toContainText("Verify in the cluster");
	await page.setViewportSize({ width: 700, height: 900 });
	await expect.poll(more).toEqual({ before: "false", after: "true" });
	await grid.evaluate(({ parentElement: area }) => area?.scrollTo({ left: area.scrollWidth }));
	await expect.poll(more).toEqual({ before: "true", after: "false" });
	await page.setViewportSize({ width: 1_440, height: 900 });
}

test("roll one of them back by its button", async () => {
	await page.getByRole("link", { name: "node4", exact: true }).click();
	await expect(page.getByRole("button", { name: "Roll back…" })).toBeVisible();
	await look(page, "node");
	await page.getByRole("button", { name: "Roll back…" }).click();
	await plan(page, { reason: "To see that it comes back", ticket: "CHG-8842" });
	await look(page, "rollback-review");
	await start(page, "rollback");
	await done(page, ["node4"], 120_000);
	await open(page, "Nodes");
	await expect(page.getByRole("row").filter({ hasText: "node4" })).toContainText("docker://19.3.13");
	await expect(page.getByRole("row").filter({ hasText: "node5" })).toContainText("containerd://1.3.7");
});

test("find all of it in the history and the audit", async () => {
	await open(page, "History");
	await expect(page.locator("tr[data-run]")).toHaveCount(3);
	await expect(page.locator("tr[data-run]").filter({ hasText: "node4" })).toHaveCount(2);
	await look(page, "history");
	await open(page, "Migrations");
	for (const ticket of ["CHG-8841", "CHG-8842"]) await expect(page.getByRole("cell", { name: ticket, exact: true })).toBeVisible();
	await look(page, "migrations");
	await open(page, "Audit");
	for (const action of ["session.sign-in", "cluster.create", "migration.plan", "migration.start"])
		await expect(page.locator(`tr[data-action="${action}"]`).first(), action).toBeVisible();
	await look(page, "audit");
	await open(page, "Settings");
	await look(page, "settings");
});
