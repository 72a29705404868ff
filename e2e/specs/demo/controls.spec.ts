import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { done, migrationBecomes, openNode, plan, runRow, sayWhy, start } from "../browser/migration.ts";
import { needed, words } from "../browser/words.ts";
import { look } from "./look.ts";
import { breakContainerd, holdDrains, holdSsh, mendContainerd, podsOn } from "./machines.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { chooseNodes } from "./table.ts";

// Each control of a migration by its button. A budget that lets no pod go holds the first node in its drain meanwhile.
test.describe.configure({ mode: "serial", timeout: 240_000 });

const BOTH = ["node4", "node5"];
let demo: Demo;
let page: Page;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser));
});

test.afterAll(() => closeDemo({ demo, page }));

const press = (key: string) => page.getByRole("button", { name: words("migration", key) }).click();
const becomes = (state: string) => migrationBecomes(page, state);
const runBecomes = (node: string, state: string) =>
	expect(runRow(page, node)).toHaveAttribute("data-run-state", state, { timeout: 120_000 });
const runtimeOf = (node: string) => demo.clusters.legacy.cluster.nodes.get(node)?.status.nodeInfo.containerRuntimeVersion;
const cordoned = () => [...demo.clusters.legacy.cluster.nodes.values()].filter((node) => node.spec.unschedulable).length;

interface Held {
	/** The node that went out first; whichever was prepared first. */
	first: string;
	/** The other one, which waits for its turn. */
	second: string;
	/** Lets the first go on. */
	release: () => void;
}

/** Starts both workers. The first is held in its drain, and the page says by what. */
async function startHeld(direction: "migrate" | "rollback", reason: string): Promise<Held> {
	const { legacy } = demo.clusters;
	for (const node of BOTH) await expect.poll(() => podsOn(legacy, node, "web"), { timeout: 30_000 }).toBeGreaterThan(0);
	await chooseNodes(page, "legacy", BOTH);
	await page.getByRole("button", { name: direction === "migrate" ? "Migrate 2 nodes…" : "Roll back 2 nodes…" }).click();
	await plan(page, { reason, ticket: "CHG-1" });
	const release = holdDrains(legacy, "web");
	await start(page, direction);
	const draining = page.locator('tr[data-run-state="draining"]');
	await expect(draining).toContainText("web", { timeout: 120_000 });
	const first = (await draining.getAttribute("data-node")) ?? "";
	const second = BOTH.find((node) => node !== first) ?? "";
	await runBecomes(second, "prepared");
	return { first, second, release };
}

test("pause: the running node ends, nothing new starts until it is resumed", async () => {
	const { first, second, release } = await startHeld("migrate", "To pause it");
	// By its key, and why is said afterwards: nothing was in the way of the brake.
	await page.keyboard.press("p");
	await becomes("paused");
	const why = page.getByLabel("Migration paused. Say why:").first();
	await why.fill("The switch is down");
	await why.press("Enter");
	await expect(page.locator("[data-last-decision]")).toContainText("The switch is down");
	release();
	await done(page, [first], 120_000);
	await runBecomes(second, "prepared");
	await press("resume");
	await sayWhy(page, "The switch is up again");
	await done(page, BOTH, 120_000);
	await becomes("done");
});

test("stop after the running node, then start the one that never started", async () => {
	const { first, second, release } = await startHeld("rollback", "To stop it");
	await press("stop");
	await sayWhy(page, "One is enough for tonight");
	await becomes("stopping");
	release();
	await done(page, [first], 120_000);
	await runBecomes(second, "not-started");
	await expect(page.getByText(words("migration", "end.failures"))).toBeVisible();
	await press("startRest");
	await sayWhy(page, "There is time after all");
	await expect(runRow(page, second)).toContainText("attempt 2");
	await done(page, BOTH, 120_000);
	await becomes("done");
	for (const node of BOTH) expect(runtimeOf(node)).toBe("docker://19.3.13");
});

test("cancel: what was prepared is cleaned up, and no node stays cordoned", async () => {
	const { first, release } = await startHeld("migrate", "To cancel it");
	await press("cancel");
	const dialog = page.getByRole("alertdialog");
	await expect(dialog.getByText("2 nodes are cleaned up and uncordoned")).toContainText("node4, node5");
	await dialog.getByRole("button", { name: "Cancel the migration" }).click();
	await becomes("cancelled");
	release();
	await runBecomes(first, "cancelled");
	for (const node of BOTH) expect(runtimeOf(node)).toBe("docker://19.3.13");
	await expect.poll(cordoned).toBe(0);
});

test("a node that fails goes back and holds the rest; mended, it is tried again", async () => {
	const { first, second, release } = await startHeld("migrate", "To see it fail");
	await openNode(page, first);
	await breakContainerd(demo, first);
	release();
	await runBecomes(first, "reverted");
	await becomes("held");
	await runBecomes(second, "prepared");
	expect(runtimeOf(first)).toBe("docker://19.3.13");
	await expect(page.getByText("nothing new starts until you decide")).toBeVisible();
	// Followed until it failed and no further; opened again, with the other steps folded.
	const log = page.getByRole("region", { name: words("run", "log.region") });
	const failure = log.locator("[data-line]").filter({ hasText: "containerd.service did not start" }).first();
	await expect(failure).toBeInViewport();
	await page.reload();
	await expect(failure).toBeInViewport();
	await expect(log.getByRole("button", { expanded: true })).toHaveCount(1);
	await expect(log.getByRole("button", { expanded: true })).toBeInViewport();
	await page.getByRole("button", { name: words("run", "log.unfoldAll") }).click();
	await expect(log.getByRole("button", { expanded: false })).toHaveCount(0);
	await expect(failure).toBeInViewport();
	await look(page, "run-held");
	await mendContainerd(demo, first);
	// The node is read first, which may take its time: nobody has to stay for it.
	const answer = holdSsh(demo.clusters.legacy, first);
	await press("retryFailed");
	const dialog = page.getByRole("dialog");
	const why = dialog.getByLabel(needed(words("migration", "cancelReason")));
	await why.fill("Its unit is mended");
	await why.press("Enter");
	await expect(dialog.locator("[data-reading]")).toContainText("Reading 1 node as it is now");
	await look(page, "run-reading");
	await dialog
		.getByRole("button", { name: words("ui", "close") })
		.last()
		.click();
	await expect(dialog).toHaveCount(0);
	await expect(page.getByRole("main").locator("[data-reading]")).toContainText("You may leave this page");
	const run = page.url();
	await page.goto("about:blank");
	answer();
	await page.goto(run);
	await expect(runRow(page, first)).toContainText("attempt 2");
	await expect(page.locator("[data-reading]")).toHaveCount(0);
	await done(page, BOTH, 120_000);
	for (const node of BOTH) expect(runtimeOf(node)).toBe("containerd://1.3.7");
	await expect.poll(cordoned).toBe(0);
});
