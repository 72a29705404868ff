import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { signIn } from "../browser/sign-in.ts";
import { needed, migrationWords as word, words } from "../browser/words.ts";
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

const steps = (which = page) => which.getByRole("navigation", { name: word("steps") });
const saved = (which: Page) => expect(which.locator("[data-draft]")).toHaveAttribute("data-draft", "saved");
const checked = (name: string) => page.locator(`[data-check-node="${name}"]`);
/** A checkbox's name goes on with its hint. */
const box = (which: Page, key: string) => which.getByRole("checkbox", { name: new RegExp(word(key).source.replace(/\$$/, "")) });

test("goes back and forth and loses nothing", async () => {
	await chooseNodes(page, "prod", ["prod-worker-1", "prod-worker-2", "prod-worker-3"]);
	await page.getByRole("button", { name: "Migrate 3 nodes…" }).click();
	await expect(page).toHaveURL(/draft=[a-z0-9]+&step=policy/);
	await page.getByLabel(needed(word("reason"))).fill("Step by step");
	await page.getByLabel(word("maxUnavailable")).fill("2");
	await steps().getByRole("button", { name: /Nodes/ }).click();
	await expect(page.getByText("3 nodes selected")).toBeVisible();
	await page.getByRole("button", { name: word("toPolicy") }).click();
	await expect(page.getByLabel(needed(word("reason")))).toHaveValue("Step by step");
	await page.goBack();
	await expect(page.getByText("3 nodes selected")).toBeVisible();
	await page.goForward();
	await expect(page.getByLabel(word("maxUnavailable"))).toHaveValue("2");
	await saved(page);
	await page.reload();
	await expect(page.getByLabel(needed(word("reason")))).toHaveValue("Step by step");
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
	await expect(other.getByLabel(needed(word("reason")))).toHaveValue("Step by step");
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
	await expect(page.getByLabel(needed(word("reason")))).toHaveValue("Step by step");
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
	await page.getByLabel(needed(word("reason"))).fill("Kept here");
	await expect(page.locator("[data-draft]")).toHaveAttribute("data-draft", "unsaved");
	await page.unroute("**/api/v1/drafts/*");
	await page.reload();
	await expect(page.getByLabel(needed(word("reason")))).toHaveValue("Kept here");
	await saved(page);
	await page.reload();
	await expect(page.getByLabel(needed(word("reason")))).toHaveValue("Kept here");
});

const reason = (which: Page) => which.getByLabel(needed(word("reason")));
const asked = (which: Page) =>
	which.getByRole("alert").filter({ hasText: new RegExp(word("draftElsewhere").source.replace(/[\^$]/g, "")) });

/** Another tab of the same browser, with the same draft open at its policy. */
async function otherTab(): Promise<Page> {
	const other = await page.context().newPage();
	await other.goto(page.url().replace(/step=\w+/, "step=policy"));
	await expect(reason(other)).toBeVisible();
	return other;
}

test("a tab in which nothing is unsaved follows another one, where it stands and without a save of its own", async () => {
	await box(page, "ownMirrors").click();
	await saved(page);
	const other = await otherTab();
	const puts: string[] = [];
	page.on("request", (request) => void (request.method() === "PUT" && request.url().includes("/drafts/") && puts.push(request.url())));
	const where = page.url();
	await reason(other).fill("From the other tab");
	await other.getByLabel(word("mirrors")).fill("docker.io https://mirror.example.com");
	await steps(other).getByRole("button", { name: /Nodes/ }).click();
	await other.getByRole("checkbox", { name: "prod-worker-2" }).click();
	await saved(other);
	await expect(reason(page)).toHaveValue("From the other tab");
	await expect(page.getByLabel(word("mirrors"))).toHaveValue("docker.io https://mirror.example.com");
	await expect(page.getByRole("button", { name: "Plan 1 node" })).toBeVisible();
	await saved(page);
	expect(page.url()).toBe(where);
	expect(puts).toEqual([]);
	// What follows is saved on top of it, and asks nobody.
	await reason(page).fill("And back");
	await steps(other)
		.getByRole("button", { name: /Policy/ })
		.click();
	await expect(reason(other)).toHaveValue("And back");
	await expect(asked(other)).toHaveCount(0);
	await other.close();
});

test("of two tabs that changed it the later one is asked: what is kept can be taken", async () => {
	const other = await otherTab();
	let heard = false;
	await page.route("**/api/v1/drafts/*", async (route) => {
		if (route.request().method() !== "PUT") return heard ? route.continue() : route.abort();
		const response = await route.fetch();
		heard ||= response.status() === 409;
		return route.fulfill({ response });
	});
	await reason(other).fill("Theirs");
	await saved(other);
	await reason(page).fill("Mine");
	await expect(asked(page)).toContainText("Reason");
	await expect(asked(page)).toBeInViewport({ ratio: 1 });
	await expect(reason(page)).toBeInViewport();
	await look(page, "draft-changed-elsewhere");
	await expect(page.locator("[data-draft]")).toHaveAttribute("data-draft", "unsaved");
	await expect(reason(page)).toHaveValue("Mine");
	await expect(reason(other)).toHaveValue("Theirs");
	await page.getByRole("button", { name: word("draftTakeKept") }).click();
	await expect(reason(page)).toHaveValue("Theirs");
	await expect(asked(page)).toHaveCount(0);
	await saved(page);
	await page.unroute("**/api/v1/drafts/*");
	await other.close();
});

test("and what is entered can be kept, also after a reload", async () => {
	const other = await otherTab();
	await page.route("**/api/v1/drafts/*", (route) => (route.request().method() === "PUT" ? route.abort() : route.continue()));
	await reason(page).fill("Mine");
	await expect(page.locator("[data-draft]")).toHaveAttribute("data-draft", "unsaved");
	await reason(other).fill("Theirs again");
	await expect(asked(page)).toBeVisible();
	await page.unroute("**/api/v1/drafts/*");
	await page.reload();
	await expect(asked(page)).toBeVisible();
	await expect(reason(page)).toHaveValue("Mine");
	await expect(reason(other)).toHaveValue("Theirs again");
	await page.getByRole("button", { name: word("draftKeepMine") }).click();
	await saved(page);
	await expect(reason(other)).toHaveValue("Mine");
	await expect(asked(other)).toHaveCount(0);
	await page.reload();
	await expect(reason(page)).toHaveValue("Mine");
	await other.close();
});

test("a tab finds what it kept itself after a reload, and not what a tab that was opened from it kept later", async () => {
	const opened = page.waitForEvent("popup");
	await page.evaluate(() => void window.open(location.href));
	const other = await opened;
	for (const tab of [page, other]) {
		await tab.route("**/api/v1/drafts/*", (route) => (route.request().method() === "PUT" ? route.abort() : route.continue()));
		await reason(tab).fill(tab === page ? "Entered first" : "Entered later");
		await expect(tab.locator("[data-draft]")).toHaveAttribute("data-draft", "unsaved");
	}
	for (const tab of [page, other]) {
		await tab.reload();
		await expect(reason(tab)).toHaveValue(tab === page ? "Entered first" : "Entered later");
	}
	await other.close();
	await page.unroute("**/api/v1/drafts/*");
	await reason(page).fill("Mine");
	await saved(page);
});

test("one that is discarded elsewhere is kept again by a word, and not by itself", async () => {
	const other = await page.context().newPage();
	await other.goto(`${demo.console.url}/migrations`);
	await other
		.getByRole("list", { name: word("drafts") })
		.getByRole("button", { name: word("draftDiscardOf") })
		.click();
	await other
		.getByRole("alertdialog")
		.getByRole("button", { name: word("discard") })
		.click();
	const gone = page.locator("[data-draft-elsewhere=gone]");
	await expect(gone).toBeVisible();
	await look(page, "draft-gone");
	await expect(other.getByRole("list", { name: word("drafts") })).toHaveCount(0);
	await page.getByRole("button", { name: word("draftKeepAgain") }).click();
	await expect(gone).toHaveCount(0);
	await saved(page);
	await expect(other.getByRole("list", { name: word("drafts") })).toContainText("Mine");
	await other.close();
});
