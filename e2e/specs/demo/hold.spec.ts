import { expect, type Page, test } from "@playwright/test";
import { type Demo, startDemo } from "../../../scripts/demo/start-demo.ts";
import { done, plan, start } from "../browser/migration.ts";
import { signIn } from "../browser/sign-in.ts";
import { words } from "../browser/words.ts";
import { look } from "./look.ts";
import { unseenFromCutover } from "./machines.ts";
import { chooseNodes } from "./table.ts";

// A node that verifies itself and that the cluster does not show. Each wait for a hold takes a minute and a half: looking again and going back
// are tried in server/engine/executor/hold.integration.test.ts.
test.describe.configure({ mode: "serial", timeout: 360_000 });
test.use({ actionTimeout: 30_000 });

let demo: Demo;
let page: Page;

test.beforeAll(async ({ browser }) => {
	test.setTimeout(300_000);
	demo = await startDemo({ pace: 20, lagMs: 200 });
	page = await (await browser.newContext()).newPage();
	await signIn(page, demo.console);
});

test.afterAll(async () => {
	await page?.context().close();
	await test.info().attach("console.log", { body: (await demo?.console.log()) ?? "", contentType: "text/plain" });
	await demo?.close();
});

const word = (key: string) => words("migration", key);
/** A button's name goes on with the node's. */
const begins = (key: string) => new RegExp(words("run", key).source.replace(/\$$/, ""));
const becomes = (state: string) =>
	expect(page.locator("[data-migration-state]").first()).toHaveAttribute("data-migration-state", state, { timeout: 180_000 });
const needsYou = () => page.getByRole("region", { name: word("needsYou") });
const held = () =>
	needsYou()
		.getByRole("listitem")
		.filter({ has: page.getByText(words("run", "status.held")) });
const cordoned = (node: string) => demo.clusters.legacy.cluster.nodes.get(node)?.spec.unschedulable === true;

/** Plans and starts these nodes with a hold, while the cluster shows nothing new of `node`. Returns how to let it see the node again. */
async function startHeld(node: string, nodes: readonly string[], reason: string): Promise<() => void> {
	await chooseNodes(page, "legacy", [...nodes]);
	await page.getByRole("button", { name: nodes.length === 1 ? "Migrate 1 node…" : `Migrate ${nodes.length} nodes…` }).click();
	await page.getByRole("radio", { name: new RegExp(word("onNodeFailureChoice.hold").source.replace(/\$$/, "")) }).click();
	await page.getByLabel(word("verifyTimeout")).fill("30");
	await plan(page, { reason, ticket: "CHG-9" });
	const unseen = unseenFromCutover(demo.clusters.legacy, node);
	await start(page, "migrate");
	return unseen;
}

test("held for a look, then kept: committed, cordoned, and uncordoned by a person", async () => {
	const see = await startHeld("node4", ["node4"], "To keep it");
	await expect(held()).toContainText("node4", { timeout: 180_000 });
	await look(page, "hold");
	for (const other of ["hold.lookAgain", "hold.goBack"]) await expect(held().getByRole("button", { name: begins(other) })).toBeEnabled();
	await held()
		.getByRole("button", { name: begins("hold.keep") })
		.click();
	const dialog = page.getByRole("alertdialog");
	await expect(dialog.getByRole("button", { name: words("run", "hold.keepConfirm") })).toBeDisabled();
	await dialog.getByRole("textbox").fill("Its pods run; the API lags behind.");
	await look(page, "hold-keep");
	await dialog.getByRole("button", { name: words("run", "hold.keepConfirm") }).click();
	await done(page, ["node4"], 120_000);
	await becomes("done");
	expect(cordoned("node4")).toBe(true);
	see();
});
