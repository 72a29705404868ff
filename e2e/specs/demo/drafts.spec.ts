import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { signIn } from "../browser/sign-in.ts";
import { migrationWords as word, words } from "../browser/words.ts";
import { look } from "./look.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { chooseNodes, open } from "./table.ts";

// A new migration step by step: kept by the server, gone on with in another browser, checked node by node, and reviewed.
test.describe.configure({ mode: "serial", timeout: 180_000 });
test.use({ actionTimeout: 30_000 });

let demo: Demo;
let page: Page;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser));
});

test.afterAll(() => closeDemo({ demo, page }));

const steps = () => page.getByRole("navigation", { name: word("steps") });
const saved = (which: Page) => expect(which.locator("[data-draft]")).toHaveAttribute("data-draft", "saved");
const checked = (name: string) => page.locator(`[data-check-node="${name}"]`);
/** A checkbox's name goes on with its hint. */
const box = (which: Page, key: string) => which.getByRole("checkbox", { name: new RegExp(word(key).source.replace(/\$$/, "")) });

test("goes back and forth and loses nothing", async () => {
	await chooseNodes(page, "prod", ["prod-worker-1", "prod-worker-2", "prod-worker-3"]);
	await page.getByRole("button", { name: "Migrate 3 nodes…" }).click();
	await expect(page).toHaveURL(/draft=[a-z0-9]+&step=policy/);
	await page.getByLabel(word("reason")).fill("Step by step");
	await page.getByLabel(word("maxUnavailable")).fill("2");
	await steps().getByRole("button", { name: /Nodes/ }).click();
	await expect(page.getByText("3 nodes selected")).toBeVisible();
	await page.getByRole("button", { name: word("toPolicy") }).click();
	await expect(page.getByLabel(word("reason"))).toHaveValue("Step by step");
	await page.goBack();
	await expect(page.getByText("3 nodes selected")).toBeVisible();
	await page.goForward();
	await expect(page.getByLabel(word("maxUnavailable"))).toHaveValue("2");
	await saved(page);
	await page.reload();
	await expect(page.getByLabel(word("reason"))).toHaveValue("Step by step");
	await expect(steps().locator("[aria-current=step]")).toContainText("Policy");
	await look(page, "draft-policy");
});

test("another browser goes on with it, and names a node that is gone meanwhile", async ({ browser }) => {
	const other = await (await browser.newContext()).newPage();
	await signIn(other, demo.console);
	await open(other, "Migrations");
	const drafts = other.getByRole("list", { name: word("drafts") });
	await expect(drafts.getByRole("listitem")).toHaveCount(1);
	await expect(drafts).toContainText("Step by step");
	await look(other, "drafts");
	await drafts.getByRole("link", { name: word("draftGoOnWith") }).click();
	await expect(other.getByLabel(word("reason"))).toHaveValue("Step by step");
	await box(other, "keepDocker").click();
	await saved(other);
	await other.context().close();
	await open(page, "Migrations");
	await page
		.getByRole("list", { name: word("drafts") })
		.getByRole("link")
		.click();
	await expect(box(page, "keepDocker")).toBeChecked();
});

test("preflight says node by node how far it is, and each finding once", async () => {
	await page.getByRole("button", { name: word("plan") }).click();
	await expect(page.getByRole("progressbar", { name: "Preflight" })).toBeVisible();
	await expect(checked("prod-worker-1")).toHaveAttribute("data-check-state", "ready", { timeout: 60_000 });
	await expect(checked("prod-worker-2")).toHaveAttribute("data-check-state", "blocked");
	await expect(checked("prod-worker-3")).toHaveAttribute("data-check-state", "failed");
	await expect(page.getByText("1 can go")).toBeVisible();
	const findings = page.locator("[data-finding]");
	await expect(findings.first()).toContainText("Blocks");
	await look(page, "preflight");
	const again = page.waitForResponse((response) => response.url().endsWith("/check-again"));
	await page.getByRole("button", { name: "Check prod-worker-2 again" }).click();
	expect((await again).ok()).toBe(true);
	await expect(checked("prod-worker-2")).toHaveAttribute("data-check-state", "blocked");
	await page.getByRole("button", { name: "Leave prod-worker-3 out" }).click();
	await expect(checked("prod-worker-3")).toHaveCount(0);
	await page.getByRole("button", { name: word("leaveOutAll") }).click();
	await expect(page.locator("[data-check-node]")).toHaveCount(1);
});

test("the review shows coloured diffs both ways, what moves and how long it may take", async () => {
	await page.getByRole("link", { name: word("toReview") }).click();
	await expect(page.locator("[data-review-node]")).toHaveCount(1);
	await expect(page.locator("[data-estimate]")).toHaveAttribute("data-estimate", "rule-of-thumb");
	await expect(page.locator('[data-workloads="prod-worker-1"]')).toContainText(/pods? moves?/);
	const node = page.locator('[data-review-node="prod-worker-1"]');
	await node.getByRole("tab", { name: new RegExp(words("run", "changes").source.replace(/\$$/, "")) }).click();
	await expect(node.locator(".text-code-key").first()).toBeVisible();
	await node.getByRole("switch", { name: words("run", "sideBySide") }).click();
	await expect(node.getByRole("columnheader", { name: words("ui", "diffAfter") }).first()).toBeVisible();
	await look(page, "review-diff");
	await page.reload();
	await node.getByRole("tab", { name: new RegExp(words("run", "changes").source.replace(/\$$/, "")) }).click();
	await expect(node.getByRole("switch", { name: words("run", "sideBySide") })).toBeChecked();
	await steps()
		.getByRole("link", { name: /Policy/ })
		.click();
	await expect(page.getByLabel(word("reason"))).toHaveValue("Step by step");
});

test("a draft is discarded with its plan", async () => {
	await saved(page);
	await open(page, "Migrations");
	await page
		.getByRole("list", { name: word("drafts") })
		.getByRole("button", { name: word("draftDiscardOf") })
		.click();
	await page
		.getByRole("alertdialog")
		.getByRole("button", { name: word("discard") })
		.click();
	await expect(page.getByRole("list", { name: word("drafts") })).toHaveCount(0);
	await expect(page.locator("tr[data-migration]")).toHaveCount(0);
});

test("what the server never took is still there after a reload, and is saved then", async () => {
	await page.route("**/api/v1/drafts/*", (route) => (route.request().method() === "PUT" ? route.abort() : route.continue()));
	await chooseNodes(page, "prod", ["prod-worker-1", "prod-worker-2"]);
	await page.getByRole("button", { name: "Migrate 2 nodes…" }).click();
	await page.getByLabel(word("reason")).fill("Kept here");
	await expect(page.locator("[data-draft]")).toHaveAttribute("data-draft", "unsaved");
	await page.unroute("**/api/v1/drafts/*");
	await page.reload();
	await expect(page.getByLabel(word("reason"))).toHaveValue("Kept here");
	await saved(page);
	await page.reload();
	await expect(page.getByLabel(word("reason"))).toHaveValue("Kept here");
});
