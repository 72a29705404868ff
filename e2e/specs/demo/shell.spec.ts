import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { type Demo, startDemo } from "../../../scripts/demo/start-demo.ts";
import { done, plan, sayWhy, start } from "../browser/migration.ts";
import { signIn } from "../browser/sign-in.ts";
import { words } from "../browser/words.ts";
import { expectAccessible, look } from "./look.ts";
import { holdDrains, podsOn } from "./machines.ts";
import { chooseNodes, open } from "./table.ts";

// What surrounds every page: the palette, the keys, the tray, the title, the notification, and how moments are told.
test.describe.configure({ mode: "serial", timeout: 240_000 });

const TICKET = "CHG-77";
let demo: Demo;
let context: BrowserContext;
let page: Page;

test.beforeAll(async ({ browser }) => {
	test.setTimeout(300_000);
	demo = await startDemo({ pace: 20, lagMs: 200 });
	context = await browser.newContext({ timezoneId: "Asia/Shanghai" });
	await context.addInitScript(recordNotifications);
	page = await context.newPage();
	await signIn(page, demo.console);
});

test.afterAll(async () => {
	await context?.close();
	await test.info().attach("console.log", { body: (await demo?.console.log()) ?? "", contentType: "text/plain" });
	await demo?.close();
});

/** In the page: notes what a browser would show, for all tabs together, and lets a test say that nobody looks at any of them. */
function recordNotifications(): void {
	document.hasFocus = () => localStorage.getItem("test.nobody-looks") === null;
	class Recorded {
		static permission = "granted";
		static requestPermission = async () => "granted";
		constructor(_: string, { body }: { body: string }) {
			const before: unknown[] = JSON.parse(localStorage.getItem("test.notified") ?? "[]");
			localStorage.setItem("test.notified", JSON.stringify([...before, body]));
		}
		close(): void {}
	}
	Object.defineProperty(window, "Notification", { value: Recorded, configurable: true });
}

const palette = () => page.getByRole("dialog", { name: words("shell", "palette") });
const box = () => palette().getByRole("combobox");
const help = () => page.getByRole("dialog", { name: words("shell", "helpTitle") });
const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });

async function openPalette(): Promise<void> {
	await page.keyboard.press("Control+k");
	await expect(page.locator("[cmdk-input]")).toBeFocused();
}

/** Finds something and takes the first find. */
async function take(text: string, first: string | RegExp = text): Promise<void> {
	await openPalette();
	await page.locator("[cmdk-input]").fill(text);
	await expect(page.getByRole("option", { selected: true })).toContainText(first);
	await page.keyboard.press("Enter");
	await expect(page.locator("[cmdk-input]")).toHaveCount(0);
}

test("the palette finds a node by its name and by its address, and what was used last is first", async () => {
	await openPalette();
	await box().fill("node4");
	const options = palette().getByRole("option");
	await expect(options.first()).toContainText("node4");
	await expect(options.first()).toHaveAttribute("aria-selected", "true");
	await expect(palette().getByRole("status")).toHaveText(/^\d+ found$/);
	await page.keyboard.press("Enter");
	await expect(heading("node4")).toBeVisible();
	await expect(palette()).toHaveCount(0);
	await take("3.1.20.124", "node5");
	await expect(heading("node5")).toBeVisible();
	await openPalette();
	await expect(options.nth(0)).toContainText("node5");
	await expect(options.nth(1)).toContainText("node4");
	await page.keyboard.press("Escape");
	await expect(palette()).toHaveCount(0);
});

test("it opens from a field, leads back there, says when there is nothing, and is the same by its button", async () => {
	await open(page, "Nodes");
	const search = page.getByRole("searchbox");
	await search.focus();
	await openPalette();
	await box().fill("there is no such thing");
	await expect(palette().getByText(words("shell", "paletteNone"))).toBeVisible();
	await expect(palette().getByRole("status")).toHaveText("Nothing found");
	await page.keyboard.press("Control+k");
	await expect(palette()).toHaveCount(0);
	await expect(search).toBeFocused();
	await page.getByRole("button", { name: words("shell", "palette") }).click();
	await expect(box()).toBeFocused();
	await page.keyboard.press("Escape");
	await expect(palette()).toHaveCount(0);
});

test("axe finds nothing wrong with the palette and the help sheet, in either theme", async () => {
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		await expect(page.locator("html")).toHaveClass(new RegExp(`\\b${colorScheme}\\b`));
		await openPalette();
		await expect(palette().getByRole("option").first()).toBeVisible();
		await expectAccessible(page, `palette-${colorScheme}`);
		await box().fill("node");
		await expect(palette().getByRole("option", { name: /node4/ }).first()).toBeVisible();
		await page.screenshot({ path: `test-results/screens/palette-${colorScheme}.png` });
		await expectAccessible(page, `palette-found-${colorScheme}`);
		await page.keyboard.press("Escape");
		await expect(palette()).toHaveCount(0);
		await page.keyboard.press("?");
		await expect(help()).toBeVisible();
		await page.screenshot({ path: `test-results/screens/help-sheet-${colorScheme}.png` });
		await expectAccessible(page, `help-sheet-${colorScheme}`);
		await page.keyboard.press("Escape");
		await expect(help()).toHaveCount(0);
	}
	await page.emulateMedia({ colorScheme: "light" });
});

test("it speaks Chinese, and changes the language both ways", async () => {
	await take("简体中文");
	await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
	await openPalette();
	await expect(page.getByRole("dialog", { name: "搜索与命令" })).toBeVisible();
	await page.locator("[cmdk-input]").fill("迁移");
	await expect(page.getByRole("option", { name: /^迁移/ }).first()).toBeVisible();
	await page.locator("[cmdk-input]").fill("node6");
	await expect(page.getByRole("option", { selected: true })).toContainText("node6");
	await page.keyboard.press("Enter");
	await expect(heading("node6")).toBeVisible();
	await expect(page.locator("[cmdk-input]")).toHaveCount(0);
	await take("English");
	await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("keys go to pages and to the search box, and are letters while one types", async () => {
	for (const [keys, name] of [
		["gn", "Nodes"],
		["gc", "Clusters"],
		["gh", "History"],
		["ga", "Audit"],
		["gs", "Settings"],
		["gm", "Migrations"],
		["gn", "Nodes"],
	] as const) {
		for (const key of keys) await page.keyboard.press(key);
		await expect(heading(name)).toBeVisible();
	}
	const search = page.getByRole("searchbox");
	await expect(search).toBeVisible();
	await page.keyboard.press("/");
	await expect(search).toBeFocused();
	await page.keyboard.type("gm?n/");
	await expect(search).toHaveValue("gm?n/");
	await expect(heading("Nodes")).toBeVisible();
	await search.fill("");
	await search.blur();
	await page.keyboard.press("n");
	await expect(page).toHaveURL(/\/migrations\/new/);
});

test("single keys can be switched off in the help sheet and on again in the settings", async () => {
	await page.keyboard.press("?");
	await expect(help().getByText(words("shell", "commands.go_nodes"))).toBeVisible();
	await help().getByRole("switch").click();
	await expect(help().getByText(words("shell", "commands.go_nodes"))).toHaveCount(0);
	await expect(help().getByText(words("shell", "commands.palette_open"))).toBeVisible();
	await page.keyboard.press("Escape");
	await expect(help()).toHaveCount(0);
	for (const key of ["g", "n", "?"]) await page.keyboard.press(key);
	await take("Keyboard shortcuts");
	await expect(help()).toBeVisible();
	await expect(page).toHaveURL(/\/migrations\/new/);
	await page.keyboard.press("Escape");
	await expect(help()).toHaveCount(0);
	await take("Settings");
	await page.getByRole("switch", { name: /^Shortcuts of a single key/ }).click();
	for (const key of "go") await page.keyboard.press(key);
	await expect(heading("Overview")).toBeVisible();
});

test("moments are told in local time or in UTC, as is chosen, and stay so", async () => {
	await open(page, "Audit");
	const first = page.locator("tr[data-action] time").first();
	await expect(first).toHaveText(/ago$|^now$/);
	await expect(first).toHaveAttribute("title", /GMT\+8$/);
	await open(page, "Settings");
	const card = page.locator("section", { has: page.getByRole("heading", { name: words("settings", "appearance") }) });
	await card.getByRole("radio", { name: /^UTC/ }).click();
	await expect(card.getByRole("radio", { name: /^UTC/ })).toBeChecked();
	await open(page, "Audit");
	await expect(first).toHaveAttribute("title", /UTC$/);
	await page.reload();
	await expect(first).toHaveAttribute("title", /UTC$/);
	await open(page, "Nodes");
	await expect(page.getByRole("table").locator("time").first()).toHaveAttribute("title", /UTC$/);
	await take("Times in local time");
	await open(page, "Audit");
	await expect(first).toHaveAttribute("title", /GMT\+8$/);
});

test("a notification is offered, and where the page came over plain HTTP it says why it is not", async () => {
	await open(page, "Settings");
	const notifications = page.getByRole("switch", { name: /^Browser notifications/ });
	await notifications.click();
	await expect(notifications).toBeChecked();
	const plain = await context.newPage();
	await plain.addInitScript(() => Object.defineProperty(window, "isSecureContext", { value: false }));
	await plain.goto(`${demo.console.url}/settings`);
	await expect(plain.getByRole("switch", { name: /^Browser notifications/ })).toBeDisabled();
	await expect(plain.locator("[data-obstacle=insecure]")).toContainText("HTTPS");
	await plain.close();
});

test("the palette does what a node's page offers", async () => {
	await take("node4");
	await expect(heading("node4")).toBeVisible();
	await take("Probe this node");
	await expect(page.getByText("1 node probed").first()).toBeVisible();
});

test("a migration that needs somebody is in the tray; its keys, its title, and one notification for all tabs", async () => {
	const { legacy } = demo.clusters;
	await expect.poll(() => podsOn(legacy, "node4", "web"), { timeout: 30_000 }).toBeGreaterThan(0);
	const other = await context.newPage();
	await other.goto(`${demo.console.url}/nodes`);
	await expect(other.locator("[data-live=live]")).toBeVisible();
	const tray = other.locator("[data-attention-count]");
	const before = Number(await tray.getAttribute("data-attention-count"));

	await chooseNodes(page, "legacy", ["node4"]);
	await page.getByRole("button", { name: /^Migrate 1 node/ }).click();
	await plan(page, { reason: "To watch it", ticket: TICKET });
	const release = holdDrains(legacy, "web");
	const id = await start(page, "migrate");
	await expect(page).toHaveTitle("0/1 · legacy · Gantry");
	await expect(tray).toHaveAttribute("data-attention-count", String(before + 1), { timeout: 120_000 });
	await tray.click();
	const blocked = other.locator('[data-attention="drain-blocked"] a');
	await expect(blocked).toHaveAttribute("href", `/migrations/${id}?node=node4`);
	await look(other, "attention-tray");
	await other.keyboard.press("Escape");
	// The migration's own page counts it apart, draws its step so, and says for how long.
	await expect(page.getByRole("region", { name: words("migration", "progress") })).toContainText("1 blocked");
	await expect(page.locator("[data-step][data-state=blocked]")).toHaveCount(1);
	await expect(page.getByRole("region", { name: words("migration", "needsYou") })).toContainText(/Drain blocked\s*for \d/);

	const state = page.locator("[data-migration-state]").first();
	await page.keyboard.press("p");
	await expect(state).toHaveAttribute("data-migration-state", "paused");
	await expect(page).toHaveTitle(`! Paused · ${TICKET} · Gantry`);
	await page.keyboard.press("p");
	await sayWhy(page, "Seen");
	await expect(state).toHaveAttribute("data-migration-state", "running");

	await page.evaluate(() => {
		localStorage.setItem("test.nobody-looks", "1");
		localStorage.removeItem("test.notified");
	});
	release();
	await done(page, ["node4"], 120_000);
	await expect(page).toHaveTitle(new RegExp(`✓ Done · ${TICKET} · Gantry$`));
	await expect(other).toHaveTitle(/^\(\d+\) Nodes · Gantry$/);
	await expect(other.getByText(`${TICKET} in legacy is done`)).toBeVisible();
	const notified = () => page.evaluate(() => JSON.parse(localStorage.getItem("test.notified") ?? "[]"));
	await expect.poll(notified).toEqual([`${TICKET} in legacy is done`]);
	await page.evaluate(() => localStorage.removeItem("test.nobody-looks"));
	for (const tab of [other, page]) await tab.evaluate(() => window.dispatchEvent(new Event("focus")));
	await expect(other).toHaveTitle("Nodes · Gantry");
	await other.close();
	await take(TICKET);
	await expect(page).toHaveURL(new RegExp(`/migrations/${id}`));
	await open(page, "Overview");
	await expect(page).toHaveTitle("Overview · Gantry");
});
