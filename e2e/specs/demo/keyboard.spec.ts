import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { words } from "../browser/words.ts";
import { choose, expectFocusIn, goTo, press, tabTo } from "./keyboard.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { cellsOf } from "./table.ts";

// Nodes, clusters, settings and the audit without a mouse. What goes over a migration: keyboard-migration.spec.ts.
test.describe.configure({ mode: "serial", timeout: 180_000 });

const BO = { name: "Bo Example", email: "bo@example.com" };
let demo: Demo;
let page: Page;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser, { context: { viewport: { width: 1440, height: 600 } } }));
});

test.afterAll(() => closeDemo({ demo, page }));

const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
const dialog = () => page.getByRole("dialog");
const question = () => page.getByRole("alertdialog");
const card = (title: RegExp) => page.locator("section").filter({ has: page.getByRole("heading", { name: title }) });

test("the list of nodes: columns, filters, order and chosen rows", async () => {
	const { keyboard } = page;
	const word = (key: string) => words("nodes", key);
	const names = async () => (await cellsOf(page, ["NAME"])).map(([name]) => name);
	const box = (node: string) => page.getByRole("checkbox", { name: `Choose ${node}`, exact: true });
	await goTo(page, "gn", "Nodes");
	await tabTo(page, page.getByRole("link", { name: words("shell", "skip") }));
	await keyboard.press("Enter");
	await expect(page.locator("main")).toBeFocused();
	await choose(page, page.getByRole("combobox", { name: "Cluster" }), page.getByRole("option", { name: "legacy" }), "Shift+Tab");
	// Until its nodes are there the search box is the one that goes.
	await expect.poll(names).toHaveLength(6);
	await tabTo(page, page.getByRole("searchbox"));
	await keyboard.type("node");
	await expect(page.getByRole("searchbox")).toHaveValue("node");
	await choose(page, page.getByRole("combobox", { name: word("filterRole") }), page.getByRole("option", { name: "Workers" }));
	await expect.poll(names).toEqual(["node4", "node5", "node6"]);
	await press(page, button(word("moreFilters")));
	await tabTo(page, page.getByLabel(word("filterLabel")));
	await keyboard.type("no-such-label");
	await expect(page.getByText(word("noMatchTitle"))).toBeVisible();
	await keyboard.press("Escape");
	await expect(button(word("moreFiltersSet"))).toBeFocused();
	await press(page, button(word("filterChipRemove")));
	await expect.poll(names).toHaveLength(3);
	await expectFocusIn(page, page.locator("main"));
	await press(page, button(word("filterClear")), "Shift+Tab");
	await expect.poll(names).toHaveLength(6);
	await expectFocusIn(page, page.locator("main"));

	await press(page, button(word("columns")));
	await tabTo(page, page.getByRole("menuitemcheckbox", { name: "EXTERNAL-IP" }), "ArrowDown");
	await keyboard.press("Space");
	await keyboard.press("Escape");
	await expect(button(word("columns"))).toBeFocused();
	await expect(page.getByRole("columnheader", { name: "EXTERNAL-IP" })).toHaveCount(0);
	const address = page.getByRole("columnheader", { name: "INTERNAL-IP" });
	await press(page, address.getByRole("button"));
	await keyboard.press("Enter");
	await expect(address).toHaveAttribute("aria-sort", "descending");
	await expect.poll(async () => (await names())[0]).toBe("node6");

	await tabTo(page, box("node6"));
	await keyboard.press("Space");
	await keyboard.press("ArrowDown");
	await keyboard.press("Shift+ArrowDown");
	for (const node of ["node6", "node5", "node4"]) await expect(box(node)).toBeChecked();
	await expect(box("node4")).toBeFocused();
	await keyboard.press("Home");
	await press(page, button(word("scanHostKeys")), "Shift+Tab");
	await expectFocusIn(page, dialog());
	await keyboard.press("Escape");
	await expect(button(word("scanHostKeys"))).toBeFocused();
	await press(page, button(word("clearSelection")));
	await expect(box("node6")).not.toBeChecked();
	await expectFocusIn(page, page.locator("main"));
});

test("settings: how the console looks and speaks, and a switch", async () => {
	const { keyboard } = page;
	const html = page.locator("html");
	await goTo(page, "gs", "Settings");
	const group = (at: number) => card(words("settings", "appearance")).getByRole("radiogroup").nth(at).getByRole("radio");
	await tabTo(page, group(0).nth(2));
	await keyboard.press("ArrowLeft");
	await expect(group(0).nth(1)).toBeFocused();
	await expect(html).toHaveClass(/\bdark\b/);
	await keyboard.press("ArrowRight");
	await expect(html).toHaveClass(/\blight\b/);

	await tabTo(page, group(1).nth(0));
	await keyboard.press("ArrowRight");
	await expect(html).toHaveAttribute("lang", "zh-CN");
	await expect(page.locator(":focus")).toBeChecked();
	await keyboard.press("ArrowLeft");
	await expect(html).toHaveAttribute("lang", "en");

	await tabTo(page, page.getByRole("radio", { name: /^Local time/ }));
	await keyboard.press("ArrowRight");
	await expect(page.locator(":focus")).toBeChecked();
	const singleKeys = page.getByRole("switch", { name: /^Shortcuts of a single key/ });
	await tabTo(page, singleKeys);
	await keyboard.press("Space");
	await expect(singleKeys).not.toBeChecked();
	await keyboard.type("go");
	await keyboard.press("Space");
	await expect(singleKeys).toBeChecked();
	await expect(page).toHaveURL(/\/settings/);
});

test("settings: add a person, read the password, remove the person, forget a host key", async () => {
	const { keyboard } = page;
	const word = (key: string) => words("settings", key);
	const add = button(word("people.add")).first();
	await press(page, add);
	await expect(dialog().getByLabel("Name")).toBeFocused();
	await keyboard.type(BO.name);
	await tabTo(page, dialog().getByLabel("E-mail"));
	await keyboard.type(BO.email);
	await keyboard.press("Enter");
	const password = page.locator("[data-given-password] code");
	await expect(password).toHaveText(/\S{8}/);
	await expectFocusIn(page, dialog().filter({ has: password }));
	await press(page, button(word("people.passwordDone")));
	await expect(dialog()).toHaveCount(0);
	await expect(add).toBeFocused();

	const remove = button(`Remove ${BO.name}`);
	await press(page, remove);
	await expect(question().getByRole("button", { name: words("ui", "cancel") })).toBeFocused();
	await keyboard.press("Escape");
	await expect(question()).toHaveCount(0);
	await expect(remove).toBeFocused();
	await keyboard.press("Enter");
	await press(page, question().getByRole("button", { name: word("people.remove") }));
	await expect(page.locator(`[data-person="${BO.email}"]`)).toHaveCount(0);
	await expect(question()).toHaveCount(0);
	await expectFocusIn(page, card(word("people.title")));

	const keys = card(words("hostKeys", "acceptedTitle"));
	await tabTo(page, keys.getByRole("searchbox"), "Shift+Tab");
	const node5 = demo.clusters.legacy.nodes.find(({ name }) => name === "node5");
	await keyboard.type(`${node5?.sshAddress}:${node5?.sshPort}`);
	const forget = keys.getByRole("button", { name: /^Forget the / });
	await press(page, forget);
	await press(page, question().getByRole("button", { name: words("hostKeys", "remove") }));
	await expect(forget).toHaveCount(0);
	await expect(question()).toHaveCount(0);
	await expectFocusIn(page, keys);
});

test("clusters: add one and delete it; a cluster's tabs, its credential and a host key", async () => {
	const { keyboard } = page;
	const word = (key: string) => words("clusters", key);
	await goTo(page, "gc", "Clusters");
	await press(page, button(word("add")));
	await expectFocusIn(page, dialog());
	await keyboard.press("Escape");
	await expect(dialog()).toHaveCount(0);
	await expect(button(word("add"))).toBeFocused();
	await keyboard.press("Enter");
	await tabTo(page, dialog().getByRole("textbox", { name: "Name", exact: true }));
	await keyboard.type("without-api");
	await tabTo(page, dialog().getByRole("radio").first());
	await keyboard.press("ArrowDown");
	await press(page, dialog().getByRole("button", { name: words("ui", "save") }));
	await expect(page.getByRole("heading", { level: 1, name: "without-api" })).toBeVisible();
	await expectFocusIn(page, page.locator("main"));
	await press(page, button(word("deleteConfirm")));
	await tabTo(page, question().getByRole("textbox"));
	await keyboard.type("without-api");
	await press(page, question().getByRole("button", { name: word("deleteConfirm") }));
	await expect(page.getByRole("heading", { level: 1, name: "Clusters" })).toBeVisible();
	await expect(question()).toHaveCount(0);
	await expectFocusIn(page, page.locator("main"));

	await press(page, page.getByRole("link", { name: "legacy", exact: true }));
	const tab = (name: RegExp) => page.getByRole("tab", { name });
	await tabTo(page, page.locator("[role=tab][aria-selected=true]"));
	await tabTo(page, tab(word("tabAccess")), "ArrowRight");
	await keyboard.press("Enter");
	const credential = card(word("credentialTitle"));
	const edit = credential.getByRole("button", { name: words("ui", "edit") });
	await press(page, edit);
	await expect(credential.getByRole("textbox").first()).toBeFocused();
	await press(page, credential.getByRole("button", { name: words("ui", "cancel") }));
	await expect(edit).toBeFocused();

	await tabTo(page, tab(word("tabAccess")), "Shift+Tab");
	await tabTo(page, tab(/^Host keys/), "ArrowRight");
	await keyboard.press("Enter");
	await press(page, button(/^Look at \d+ hosts$/));
	const accept = button(/^Accept the .+ key of node5/);
	await expect(accept).toBeVisible();
	await expectFocusIn(page, page.locator("main"));
	await press(page, accept);
	await expect(accept).toHaveCount(0);
	await expectFocusIn(page, page.getByRole("row").filter({ hasText: "node5" }));
});

test("the audit: narrow it, open a record and close it, and take it along as a file", async () => {
	const { keyboard } = page;
	const word = (key: string) => words("audit", key);
	await goTo(page, "ga", "Audit");
	const action = page.getByRole("combobox", { name: word("action") });
	await press(page, action);
	await expect(page.getByRole("option", { selected: true })).toBeFocused();
	await keyboard.type("Person rem");
	await expect(page.getByRole("option", { name: "Person removed" })).toBeFocused();
	await keyboard.press("Enter");
	await expect(action).toBeFocused();
	await expect(page.locator("tr[data-action]")).toHaveCount(1);
	const record = page.locator("tr[data-action]").getByRole("button");
	await press(page, record);
	await expect(dialog()).toContainText(BO.email);
	await expectFocusIn(page, dialog());
	await keyboard.press("Escape");
	await expect(record).toBeFocused();
	await keyboard.press("Enter");
	await press(page, dialog().getByRole("button", { name: word("samePerson") }));
	await expect(page).toHaveURL(/person=/);
	await expect(dialog()).toHaveCount(0);
	await expectFocusIn(page, page.locator("main"));

	const download = page.waitForEvent("download");
	await choose(page, button(word("export")), page.getByRole("menuitem", { name: word("exportCsv") }), "Shift+Tab");
	expect((await download).suggestedFilename()).toMatch(/\.csv$/);
	await press(page, button(word("clear")));
	await expect(page).toHaveURL(/\/audit$/);
	await expectFocusIn(page, page.locator("main"));
});
