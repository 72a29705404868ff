import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { done, migrationBecomes, plan, runRow, sayWhy, start } from "../browser/migration.ts";
import { needed, migrationWords as word } from "../browser/words.ts";
import { look } from "./look.ts";
import { failPods, holdDrains, podsOn } from "./machines.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { chooseNodes, open } from "./table.ts";

// A canary, a question, another pace and the control plane behind a second question, by the buttons; and pods that fail in between.
test.describe.configure({ mode: "serial", timeout: 360_000 });
test.use({ actionTimeout: 30_000 });

let demo: Demo;
let page: Page;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser));
});

test.afterAll(() => closeDemo({ demo, page }));

/** A checkbox's name goes on with its hint. */
const box = (key: string) => page.getByRole("checkbox", { name: new RegExp(word(key).source.replace(/\$$/, "")) });
/** A needed field's label goes on with a star. */
const why = () => page.getByLabel(new RegExp(word("approvalReason").source.replace(/\$$/, "")));
const becomes = (state: string) => migrationBecomes(page, state);
const waves = () => page.getByRole("region", { name: word("waves") });

test("a canary goes first; the rest waits for an approval, then the control plane for another one", async () => {
	await chooseNodes(page, "legacy", ["node1", "node4", "node5"]);
	await page.getByRole("button", { name: "Migrate 3 nodes…" }).click();
	await page.getByRole("radio", { name: word("canaryChoice.named") }).click();
	await page
		.getByRole("list", { name: word("canaryNames") })
		.getByRole("checkbox", { name: "node5" })
		.click();
	await page
		.getByRole("list", { name: word("canaryNames") })
		.getByRole("checkbox", { name: "node4" })
		.click();
	await page.getByLabel(word("soak")).fill("3");
	await box("canaryAsk").click();
	await box("askBeforeControlPlane").click();
	await plan(page, { reason: "To see the waves", ticket: "CHG-2", look: "rollout" });
	await expect(waves()).toContainText("canary");
	await expect(waves()).toContainText("control plane 1");
	await look(page, "rollout-review");

	await page.getByRole("button", { name: word("start") }).click();
	const dialog = page.getByRole("alertdialog");
	await dialog.getByRole("textbox").fill("legacy");
	await dialog.getByRole("button", { name: word("start") }).click();
	await done(page, ["node5"], 120_000);
	await becomes("paused");
	await expect(page.getByText(word("canaryEndedText"))).toBeVisible();
	await expect(runRow(page, "node4")).toHaveAttribute("data-run-state", "prepared");
	await expect(runRow(page, "node1")).toHaveAttribute("data-run-state", "prepared");
	await look(page, "rollout-canary-asks");

	await page.getByRole("button", { name: word("changePace") }).click();
	const pace = page.getByRole("dialog");
	await expect(pace.getByRole("button", { name: word("paceConfirm") })).toBeDisabled();
	await pace.getByLabel(word("maxUnavailable")).fill("0%");
	await expect(pace.getByText(word("countOrPercent"))).toBeVisible();
	await pace.getByLabel(word("maxUnavailable")).fill("70%");
	await pace.getByLabel(word("pauseBetween")).fill("4");
	await expect(pace.getByRole("button", { name: word("paceConfirm") })).toBeDisabled();
	await pace.getByLabel(needed(word("cancelReason"))).fill("Two are well");
	await look(page, "rollout-pace");
	await pace.getByRole("button", { name: word("paceConfirm") }).click();
	await expect(pace).toBeHidden();
	await expect(page.getByText("Out now 0 of 2")).toBeVisible();

	const needsYou = page.getByRole("region", { name: word("needsYou") });
	await needsYou.getByRole("button", { name: word("goOn") }).click();
	await expect(page.getByRole("dialog").getByText(word("approvalMissing"))).toBeVisible();
	await look(page, "rollout-canary-approval");
	await sayWhy(page, "Its pods run");
	await done(page, ["node4"], 120_000);
	await expect(waves()).toContainText("Pause until");
	await becomes("paused");
	await expect(page.getByText(word("controlPlaneNextText"))).toBeVisible();
	await expect(runRow(page, "node1")).toHaveAttribute("data-run-state", "prepared");
	await needsYou.getByRole("button", { name: word("goOn") }).click();
	await expect(page.getByRole("dialog").getByText("Its pods run")).toBeVisible();
	await sayWhy(page, "The workers are well");
	await done(page, ["node1"], 180_000);
	await becomes("done");
	await look(page, "rollout-done");

	await open(page, "Audit");
	const recorded = page.locator('tr[data-action="migration.pace"]');
	for (const change of ["Nodes out at once, at most: 1 → 70%", "Pause between batches and between control plane nodes, seconds: 0 → 4"])
		await expect(recorded).toContainText(change);
});

test("a rollback goes the other way round, is approved, and has to be approved again once its pace is another", async () => {
	await chooseNodes(page, "legacy", ["node4", "node5", "node1"]);
	await page.getByRole("button", { name: "Roll back 3 nodes…" }).click();
	await expect(page.getByText(word("paceTextBack"))).toBeVisible();
	await expect(page.getByRole("radio", { name: word("orderLastFirst") })).toBeChecked();
	await expect(page.getByRole("radio", { name: word("onFailuresChoice.roll-back") })).toHaveCount(0);
	await box("approvalNeeded").click();
	await plan(page, { reason: "The way back", ticket: "CHG-3" });
	const nodes = page.locator("[data-review-node]");
	await expect(nodes).toHaveCount(3);
	expect(await nodes.evaluateAll((all) => all.map((node) => node.getAttribute("data-review-node")))).toEqual(["node1", "node4", "node5"]);

	const startButton = page.getByRole("button", { name: word("startRollback") });
	await expect(startButton).toBeDisabled();
	const approveButton = page.getByRole("button", { name: word("approve") });
	await expect(approveButton).toBeDisabled();
	await why().fill("Looked at every script");
	await approveButton.click();
	await expect(page.getByText("Approved by admin@gantry.local", { exact: true })).toBeVisible();
	await look(page, "rollout-approved");
	await startButton.click();
	const dialog = page.getByRole("alertdialog");
	await dialog.getByRole("textbox").fill("legacy");
	await dialog.getByRole("button", { name: word("startRollback") }).click();
	await expect(runRow(page, "node1")).toHaveAttribute("data-run-state", /draining|cutover|verifying|finishing|done/, { timeout: 60_000 });
	await page.getByRole("button", { name: word("pause") }).click();
	await becomes("paused");

	await page.getByRole("button", { name: word("changePace") }).click();
	const pace = page.getByRole("dialog");
	await pace.getByLabel(word("pauseBetween")).fill("1");
	await pace.getByLabel(needed(word("cancelReason"))).fill("Slower");
	await pace.getByRole("button", { name: word("paceConfirm") }).click();
	await expect(page.getByText("Pause between batches and between control plane nodes, seconds: 0 → 1")).toBeVisible();
	await page.getByRole("button", { name: word("resume") }).click();
	const resume = page.getByRole("dialog");
	await resume.getByLabel(needed(word("cancelReason"))).fill("A pause is fine");
	await page.keyboard.press("Enter");
	await expect(resume.getByText("What would run is not what admin@gantry.local approved.")).toBeVisible();
	await look(page, "rollout-void");
	await page.keyboard.press("Escape");
	await expect(resume).toHaveCount(0);
	await why().fill("A pause is fine");
	await approveButton.click();
	await expect(page.getByText("Approved by admin@gantry.local", { exact: true })).toBeVisible();
	await page.getByRole("button", { name: word("resume") }).click();
	await sayWhy(page, "Approved by now");
	await done(page, ["node1", "node4", "node5"], 240_000);
	await becomes("done");
});

test("pods that fail and did not before hold the next node, until a person goes on anyway and says why", async () => {
	const { legacy } = demo.clusters;
	const pods = "ReplicaSet default/web-7d4c9f8b6 (CrashLoopBackOff)";
	for (const node of ["node4", "node5"]) await expect.poll(() => podsOn(legacy, node, "web"), { timeout: 60_000 }).toBeGreaterThan(0);
	await chooseNodes(page, "legacy", ["node4", "node5"]);
	await page.getByRole("button", { name: "Migrate 2 nodes…" }).click();
	await page.getByLabel(word("podGateGrace")).fill("1");
	await plan(page, { reason: "Whoever crashes is seen", ticket: "CHG-4" });
	const release = holdDrains(legacy, "web");
	await start(page, "migrate");
	const [out, next] = ["node4", "node5"];
	await expect(runRow(page, out)).toHaveAttribute("data-run-state", "draining", { timeout: 120_000 });
	// Who failed before is noted by then: this is new, and of pods that the drain moves.
	const mend = failPods(legacy, "web");
	release();
	await done(page, [out], 120_000);
	await becomes("held");
	await expect(runRow(page, next)).toHaveAttribute("data-run-state", "prepared");
	const needsYou = page.getByRole("region", { name: word("needsYou") });
	await expect(needsYou).toContainText("Held: pods fail that did not before");
	await expect(needsYou).toContainText(pods);
	// Nothing else lets it go on: neither the head's button nor its key.
	await expect(page.getByRole("button", { name: word("goOn") })).toHaveCount(0);
	await expect(page.getByRole("button", { name: word("resume") })).toHaveCount(0);
	await look(page, "rollout-pods-fail");

	await needsYou.getByRole("button", { name: word("goOnAnyway") }).click();
	const dialog = page.getByRole("alertdialog", { name: word("goOnAnywayTitle") });
	await expect(dialog).toContainText(pods);
	const confirm = dialog.getByRole("button", { name: word("goOnAnywayConfirm") });
	await expect(confirm).toBeDisabled();
	await dialog.getByLabel(needed(word("cancelReason"))).fill("The web team knows of it");
	await look(page, "rollout-go-on-anyway");
	await confirm.click();
	await expect(dialog).toHaveCount(0);
	await becomes("running");
	await expect(page.locator("[data-last-decision]")).toContainText("The web team knows of it");
	await done(page, [next], 120_000);
	// They are accepted at the end too, and fail still.
	await becomes("done");
	await open(page, "Audit");
	const recorded = page.locator('tr[data-action="migration.resume"]').first();
	await expect(recorded).toContainText("The web team knows of it");
	await expect(recorded).toContainText(pods);
	mend();
});
