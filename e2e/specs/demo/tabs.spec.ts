import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { createdSchema } from "../../../lib/contracts/id.ts";
import { Api } from "../../../scripts/demo/api.ts";
import { NamedConsole } from "./named-console.ts";

// Browsers open six connections to a host at most, whatever the number of tabs.
test.describe.configure({ mode: "serial" });

const TABS = 8;
const HEARD_MS = 2_000;

let named: NamedConsole;
/** Another person, with another browser. */
let other: Api;

test.beforeAll(async ({ launchOptions }) => {
	test.setTimeout(600_000);
	named = await NamedConsole.start(launchOptions);
	other = new Api(named.console.url);
	await other.signIn(named.console.email, named.console.password);
});

test.afterAll(() => named?.close());

async function openTab(context: BrowserContext, path: string): Promise<Page> {
	const tab = await context.newPage();
	await tab.goto(path);
	await expect(tab.locator("[data-live=live]")).toBeVisible();
	return tab;
}

async function openTabs(context: BrowserContext, path: string, count = TABS): Promise<Page[]> {
	const tabs: Page[] = [];
	while (tabs.length < count) tabs.push(await openTab(context, path));
	return tabs;
}

async function goTo(tab: Page, part: string): Promise<void> {
	await tab.getByRole("navigation", { name: "Main navigation" }).getByRole("link", { name: part, exact: true }).click();
	await expect(tab.getByRole("heading", { level: 1, name: part, exact: true })).toBeVisible();
	await expect(tab.locator("main [aria-busy=true]")).toHaveCount(0);
}

async function addCluster(name: string): Promise<void> {
	await other.call("/clusters", createdSchema.loose(), { method: "POST", body: { name, kubeconfig: null } });
}

async function expectHeard(tabs: readonly Page[], cluster: string): Promise<void> {
	await Promise.all(tabs.map((tab) => expect(tab.getByRole("link", { name: cluster, exact: true })).toBeVisible({ timeout: HEARD_MS })));
}

test("eight tabs of a browser each read what they show, and hear of a change within two seconds", async () => {
	const context = await named.profile();
	const tabs = await openTabs(context, "/");
	expect(await tabs[0]?.evaluate(() => window.isSecureContext)).toBe(false);
	for (const tab of tabs) for (const part of ["Nodes", "Migrations", "History", "Audit", "Clusters"]) await goTo(tab, part);
	await addCluster("eight");
	await expectHeard(tabs, "eight");
	expect(named.proxy.streams).toBe(1);
	// Whoever holds the stream outlives the tab that opened it.
	await tabs[0]?.close();
	await addCluster("seven");
	await expectHeard(tabs.slice(1), "seven");
	expect(named.proxy.asked).toBe(1);
	await context.close();
	await expect.poll(() => named.proxy.streams).toBe(0);
});

test("signing out in one tab leads every tab to the sign-in page", async () => {
	const [context, another] = [await named.profile(), await named.profile()];
	const [tabs, elsewhere] = [await openTabs(context, "/nodes", 3), await openTab(another, "/nodes")];
	await tabs[0]?.getByRole("button", { name: /^Account of/ }).click();
	await tabs[0]?.getByRole("menuitem", { name: "Sign out" }).click();
	await Promise.all(tabs.map((tab) => expect(tab.getByRole("heading", { name: "Sign in" })).toBeVisible()));
	await expect.poll(() => named.proxy.streams).toBe(1);
	await expect(elsewhere.locator("[data-live=live]")).toBeVisible();
	await context.close();
	await another.close();
});

test("a session that ended without a word is told to every tab when the stream comes again", async () => {
	const context = await named.profile();
	const tabs = await openTabs(context, "/nodes", 3);
	await context.clearCookies();
	named.proxy.cutAll();
	await Promise.all(tabs.map((tab) => expect(tab.getByRole("heading", { name: "Sign in" })).toBeVisible()));
	await context.close();
});

test("a worker that dies is noticed within seconds, said, and replaced", async () => {
	const context = await named.profile();
	const tabs = await openTabs(context, "/clusters", 3);
	const said = await Promise.all(tabs.map(whatLiveSays));
	await endSharedWorker();
	// It may be over before one looks.
	for (const texts of said) await expect.poll(() => texts.evaluate((all) => all.join())).toMatch(/Polling/);
	await Promise.all(tabs.map((tab) => expect(tab.locator("[data-live=live]")).toBeVisible()));
	await addCluster("revived");
	await expectHeard(tabs, "revived");
	expect(named.proxy.streams).toBe(1);
	await context.close();
});

/** All that a tab says from now on of how it hears of changes. */
function whatLiveSays(tab: Page) {
	return tab.evaluateHandle(() => {
		const texts: string[] = [];
		const note = () => texts.push(document.querySelector("[data-live]")?.textContent ?? "");
		new MutationObserver(note).observe(document.body, { attributes: true, characterData: true, childList: true, subtree: true });
		return texts;
	});
}

/** Ends the worker from within, as a crash would: no tab is told. */
async function endSharedWorker(): Promise<void> {
	const browser = await named.browser.newBrowserCDPSession();
	const { targetInfos } = await browser.send("Target.getTargets");
	const [worker, ...others] = targetInfos.filter(({ type }) => type === "shared_worker");
	expect(others).toEqual([]);
	const ended = new Promise<void>((resolve) => {
		browser.on("Target.receivedMessageFromTarget", ({ message }) => {
			if (message.includes("Inspector.targetCrashed")) resolve();
		});
	});
	const { sessionId } = await browser.send("Target.attachToTarget", { targetId: worker?.targetId ?? "", flatten: false });
	const message = JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression: "self.close()" } });
	await browser.send("Target.sendMessageToTarget", { sessionId, message });
	await ended;
	// A worker that takes its place would wait for whoever looks at it.
	await browser.detach();
}

test("where the stream stays silent every tab says so, and polls", async () => {
	const context = await named.profile();
	const tabs = [await openTab(context, "/settings"), ...(await openTabs(context, "/clusters", 2))];
	named.proxy.deaf = true;
	named.proxy.cutAll();
	await Promise.all(tabs.map((tab) => expect(tab.locator("[data-live=polling]")).toHaveText(/Polling/)));
	await addCluster("polled");
	await Promise.all(tabs.slice(1).map((tab) => expect(tab.getByRole("link", { name: "polled", exact: true })).toBeVisible()));
	for (const tab of tabs) await expect(tab.locator("[data-live=polling]")).toBeVisible();
	named.proxy.deaf = false;
	named.proxy.cutAll();
	await Promise.all(tabs.map((tab) => expect(tab.locator("[data-live=live]")).toBeVisible({ timeout: 30_000 })));
	await context.close();
});

test("without shared workers the tab that is seen has a stream, and one that is shown again catches up", async () => {
	const context = await named.profile();
	await context.addInitScript(() => void Reflect.deleteProperty(window, "SharedWorker"));
	const tabs: Page[] = [];
	for (let count = 0; count < TABS; count++) {
		for (const tab of tabs.slice(-1)) await show(tab, false);
		tabs.push(await openTab(context, "/clusters"));
	}
	await expect.poll(() => named.proxy.streams).toBe(1);
	await addCluster("unseen");
	await expectHeard(tabs.slice(-1), "unseen");
	const [first] = tabs;
	if (!first) throw new Error("there are no tabs");
	await expect(first.getByRole("link", { name: "unseen", exact: true })).toHaveCount(0);
	await show(first, true);
	await expectHeard([first], "unseen");
	await expect(first.locator("[data-live=live]")).toBeVisible();
	expect(named.proxy.streams).toBe(2);
	await context.close();
});

/** Pages of a test are all seen, whichever lies on top: this tells one that it is not. */
async function show(tab: Page, seen: boolean): Promise<void> {
	await tab.evaluate((hidden) => {
		Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
		document.dispatchEvent(new Event("visibilitychange"));
	}, !seen);
}

test("a console that is told to stop does so within five seconds, with streams open that nobody reads", async () => {
	const context = await named.profile();
	await openTabs(context, "/", 2);
	const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
	const unread = await fetch(`${named.console.url}/api/v1/stream`, { headers: { cookie } });
	expect(unread.status).toBe(200);
	const began = performance.now();
	expect(await named.console.stop()).toBe(0);
	expect(performance.now() - began).toBeLessThan(5_000);
	await context.close();
});
