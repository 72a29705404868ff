import { expect, type Locator, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { words } from "../browser/words.ts";
import { tabTo } from "./keyboard.ts";
import { look } from "./look.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { cellsOf, open, scopeTo } from "./table.ts";

// The list of nodes: who is ready, narrowed, ordered and chosen, with an address that shows others the same; and a node's page.
test.describe.configure({ mode: "serial" });

let demo: Demo;
let page: Page;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser));
});

test.afterAll(() => closeDemo({ demo, page }));

const word = (key: string) => words("nodes", key);
const button = (key: string) => page.getByRole("button", { name: word(key) });
const names = async () => (await cellsOf(page, ["NAME"])).map(([name]) => name);
const heading = (name: string) => page.getByRole("columnheader", { name });
const box = (node: string): Locator => page.getByRole("checkbox", { name: `Choose ${node}`, exact: true });

async function choose(filter: string, option: string): Promise<void> {
	await page.getByRole("combobox", { name: word(filter) }).click();
	await page.getByRole("option", { name: option }).click();
}

test("shows how ready each node is, and narrows by it; whoever follows the address sees the same", async () => {
	await open(page, "Nodes");
	await scopeTo(page, "legacy");
	await expect
		.poll(() => cellsOf(page, ["NAME", "READINESS"]))
		.toEqual([
			["node1", "needs attention1 warning"],
			["node2", expect.stringContaining("on containerd")],
			["node3", "needs attention1 warning"],
			["node4", "needs attention1 warning"],
			["node5", "needs attention1 warning"],
			["node6", expect.stringContaining("on containerd")],
		]);
	await choose("filterReadiness", "needs attention");
	await choose("filterRole", "Workers");
	await heading("INTERNAL-IP").getByRole("button").click();
	await heading("INTERNAL-IP").getByRole("button").click();
	await expect.poll(names).toEqual(["node5", "node4"]);
	await expect(page).toHaveURL(/readiness=attention.*role=worker|role=worker.*readiness=attention/);
	await expect(page).toHaveURL(/order=desc/);
	const colleague = await page.context().newPage();
	await colleague.goto(page.url());
	await expect.poll(async () => (await cellsOf(colleague, ["NAME"])).map(([name]) => name)).toEqual(["node5", "node4"]);
	await expect(colleague.getByRole("columnheader", { name: "INTERNAL-IP" })).toHaveAttribute("aria-sort", "descending");
	await colleague.close();
	await button("filterClear").click();
	await expect.poll(names).toHaveLength(6);
});

test("shows what the address says after the way back, too", async () => {
	await page.getByLabel(word("filterText")).fill("node1");
	await expect(page).toHaveURL(/[?&]q=node1/);
	await open(page, "Nodes");
	await expect(page).not.toHaveURL(/[?&]q=/);
	await expect(page.getByLabel(word("filterText"))).toHaveValue("");
	await page.goBack();
	await expect(page).toHaveURL(/[?&]q=node1/);
	await expect.poll(names).toEqual(["node1"]);
	await button("filterClear").click();
	await scopeTo(page, "legacy");
	await expect.poll(names).toHaveLength(6);
});

test("narrows by label and finding, each taken away by its chip, and hides columns", async () => {
	await heading("NAME").getByRole("button").click();
	await button("moreFilters").click();
	await page.getByLabel(word("filterLabel")).fill("node-role.kubernetes.io/master");
	await page.keyboard.press("Escape");
	await expect.poll(names).toEqual(["node1", "node2", "node3"]);
	await button("filterChipRemove").click();
	await expect.poll(names).toHaveLength(6);
	await button("moreFilters").click();
	await page.getByRole("combobox", { name: word("filterFinding") }).click();
	await page
		.getByRole("option", { name: /4 nodes/ })
		.first()
		.click();
	await page.keyboard.press("Escape");
	await expect.poll(names).toEqual(["node1", "node3", "node4", "node5"]);
	await expect(page).toHaveURL(/finding=/);
	await button("filterClear").click();

	await button("columns").click();
	for (const column of ["EXTERNAL-IP", "KERNEL-VERSION"]) await page.getByRole("menuitemcheckbox", { name: column }).click();
	await page.keyboard.press("Escape");
	for (const column of ["EXTERNAL-IP", "KERNEL-VERSION"]) await expect(heading(column)).toHaveCount(0);
	await expect(page).toHaveURL(/columns=/);
	await open(page, "Overview");
	await open(page, "Nodes");
	// As it was last chosen here, without an address that says so.
	await expect(heading("KERNEL-VERSION")).toHaveCount(0);
	await expect(page).toHaveURL(/columns=/);
	await button("columns").click();
	await page.getByRole("menuitem", { name: word("columnsAll") }).click();
	await expect(heading("KERNEL-VERSION")).toBeVisible();
	await scopeTo(page, "legacy");
});

test("chooses a range by the keyboard, by shift and a click, and all that match", async () => {
	const { keyboard } = page;
	await tabTo(page, box("node1"));
	await keyboard.press("ArrowDown");
	await expect(box("node2")).toBeFocused();
	for (let press = 0; press < 2; press++) await keyboard.press("Shift+ArrowDown");
	await expect(box("node4")).toBeFocused();
	await expect(page.getByText("3 nodes chosen")).toBeVisible();
	await keyboard.press("Shift+ArrowUp");
	await expect(box("node4")).not.toBeChecked();
	await keyboard.press("End");
	await expect(box("node6")).toBeFocused();
	await keyboard.press("ControlOrMeta+a");
	await expect(page.getByText("6 nodes chosen")).toBeVisible();
	await button("selectMenu").click();
	await page.getByRole("menuitem", { name: word("selectNone") }).click();
	await expect(page.getByText(/nodes? chosen/)).toHaveCount(0);
	await box("node2").click();
	await box("node5").click({ modifiers: ["Shift"] });
	await expect(page.getByText("4 nodes chosen")).toBeVisible();
	await button("selectMenu").click();
	await page.getByRole("menuitem", { name: word("selectInView") }).click();
	await expect(page.getByText("6 nodes chosen")).toBeVisible();
	await look(page, "nodes-chosen");
	await button("clearSelection").click();
});

test("a node's page: its pods now, its files as planned, and the way by SSH step by step", async () => {
	await page.getByRole("link", { name: "node4", exact: true }).click();
	await expect(page.getByRole("heading", { level: 1, name: "node4" })).toBeVisible();
	await page.getByRole("tab", { name: "Pods" }).click();
	const pods = page.getByRole("table", { name: "Pods" });
	await expect(pods.getByRole("row").filter({ hasText: "kube-proxy" })).toContainText("stays: a DaemonSet’s");
	await expect(pods).toContainText("moves to another node");
	await look(page, "node-pods");
	await page.getByRole("tab", { name: "Files" }).click();
	await expect(page.getByRole("region", { name: "/etc/containerd/config.toml" }).first()).toBeVisible();
	await look(page, "node-files");
	await page.getByRole("tab", { name: "SSH" }).click();
	await button("sshTest.start").click();
	await expect(page.getByText(word("sshTest.works"))).toBeVisible();
	const steps = page.getByRole("list", { name: word("sshTest.title") }).getByRole("listitem");
	await expect(steps).toHaveText([/^okReach the address/, /^okHost key.*SHA256:/, /^okSign in/, /^okShell/, /^okBecome root/]);
	await look(page, "node-ssh");
	await open(page, "Audit");
	await expect(page.getByRole("row").filter({ hasText: "Way by SSH tested" })).toContainText("node4");
});
