import { expect, type Page, test } from "@playwright/test";
import { type MigrationDetail, migrationDetailSchema } from "../../../lib/contracts/migration.ts";
import type { RunState } from "../../../lib/contracts/run.ts";
import { latestRuns } from "../../../lib/run-grid.ts";
import { OUT_RUN_STATES } from "../../../lib/run-states.ts";
import { sayWhy } from "../browser/migration.ts";
import { screens } from "../browser/screens.ts";
import { signIn } from "../browser/sign-in.ts";
import { needed, migrationWords as word } from "../browser/words.ts";
import { type Scale, startScale } from "./start-scale.ts";

// Two hundred nodes through the browser: canaries, batches, a threshold that two nodes stay below, a pause, and the way to the end.
test.describe.configure({ mode: "serial", timeout: 1_500_000 });
// A trace keeps every version of a page of 200 nodes.
test.use({ actionTimeout: 60_000, trace: "off" });

const NODES = 200;
const MOST_OUT = 20;
const CANARIES = 4;
/** Their containerd will not start with its new file. */
const BROKEN = ["worker-70", "worker-130"];
let scale: Scale;
let page: Page;

test.beforeAll(async ({ browser }) => {
	test.setTimeout(600_000);
	scale = await startScale(NODES);
	page = await (await browser.newContext()).newPage();
	await signIn(page, scale.console);
});

test.afterAll(async () => {
	await page?.context().close();
	await test.info().attach("console.log", { body: (await scale?.console.log()) ?? "", contentType: "text/plain" });
	await scale?.close();
});

/** A checkbox's name goes on with its hint. */
const box = (key: string) => page.getByRole("checkbox", { name: new RegExp(word(key).source.replace(/\$$/, "")) });
const OUT: readonly RunState[] = OUT_RUN_STATES;

async function breakContainerd(name: string): Promise<void> {
	const node = scale.cluster.nodes.find((one) => one.name === name);
	const { code } = (await node?.machine.run(
		`mkdir -p /etc/systemd/system/containerd.service.d
printf '%s\\n' '[Service]' 'ExecStartPre=/bin/sh -c "! grep -q sandbox_image /etc/containerd/config.toml"' >/etc/systemd/system/containerd.service.d/99-foreign-hand.conf
systemctl daemon-reload`,
	)) ?? { code: 1 };
	expect(code).toBe(0);
}

test("takes 200 nodes over, never more than 20 out at once, canaries first", async () => {
	// Before anybody looks: what is changed between plan and start is noticed, and nothing starts there.
	for (const name of BROKEN) await breakContainerd(name);
	await page.goto(`${scale.console.url}/migrations/new`);
	await page.getByRole("button", { name: word("chooseMatching") }).click();
	await expect(page.getByText(`${NODES} nodes selected`)).toBeVisible();
	await page.getByRole("button", { name: word("toPolicy") }).click();
	await page.getByRole("radio", { name: word("orderChoice.zones") }).click();
	await page.getByRole("radio", { name: word("canaryChoice.first") }).click();
	await page.getByLabel(word("canaryNodes")).fill(String(CANARIES));
	await page.getByLabel(word("maxUnavailable")).fill("10%");
	await page.getByLabel(word("soak")).fill("5");
	await box("batches").click();
	await page.getByLabel(word("batchSize")).fill("25%");
	await page.getByLabel(word("pauseBetween")).fill("5");
	await page.getByLabel(word("maxFailures")).fill("2");
	await page.getByLabel(word("prepareConcurrency")).fill("16");
	await page.getByLabel(needed(word("reason"))).fill("Two hundred at once");
	await page.getByRole("button", { name: word("plan") }).click();
	await page.getByRole("link", { name: word("toReview") }).click({ timeout: 600_000 });
	await expect(page.locator("[data-review-node]").first()).toBeVisible({ timeout: 60_000 });
	const startButton = page.getByRole("button", { name: `Start ${NODES} nodes` });
	await expect(page.getByRole("region", { name: word("waves") })).toContainText("batch 4");
	await screens(page, "scale-review");
	await startButton.click();
	await page
		.getByRole("alertdialog")
		.getByRole("button", { name: word("start") })
		.click();
	await expect(page.getByText("Out now")).toBeVisible({ timeout: 60_000 });
	const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
	const detail = (): Promise<MigrationDetail> => scale.api.call(`/migrations/${id}`, migrationDetailSchema);

	const seen = { mostOut: 0, looks: 0 };
	let pausedAt: number | null = null;
	const firstOut = new Set<string>();
	let last = await detail();
	while (last.migration.endedAt === null) {
		const newest = latestRuns(last.runs).map(({ run }) => run);
		const out = newest.filter((run) => OUT.includes(run.state));
		seen.mostOut = Math.max(seen.mostOut, out.length);
		seen.looks += 1;
		if (firstOut.size < CANARIES) for (const run of out) firstOut.add(run.nodeName);
		const done = newest.filter((run) => run.state === "done").length;
		if (done >= 60 && pausedAt === null) {
			await page.getByRole("button", { name: word("pause") }).click();
			await expect(page.locator("[data-migration-state]").first()).toHaveAttribute("data-migration-state", "paused");
			await screens(page, "scale-paused");
			await expect.poll(async () => outOf(await detail()), { timeout: 180_000 }).toBe(0);
			pausedAt = doneOf(await detail());
			await new Promise((resolve) => setTimeout(resolve, 5_000));
			expect(doneOf(await detail())).toBe(pausedAt);
			await page.getByRole("button", { name: word("resume") }).click();
			await sayWhy(page, "Looked at those that are done");
		}
		await new Promise((resolve) => setTimeout(resolve, 500));
		last = await detail();
	}

	expect(seen.looks).toBeGreaterThan(20);
	expect(pausedAt).not.toBeNull();
	expect(seen.mostOut).toBeGreaterThan(MOST_OUT / 2);
	expect(seen.mostOut).toBeLessThanOrEqual(MOST_OUT);
	const order = latestRuns(last.runs).map(({ run }) => run.nodeName);
	expect([...firstOut].toSorted()).toEqual(order.slice(0, CANARIES).toSorted());
	const newest = latestRuns(last.runs).map(({ run }) => run);
	const inState = (state: RunState) => newest.filter((run) => run.state === state).map((run) => run.nodeName);
	expect(inState("done")).toHaveLength(NODES - BROKEN.length);
	expect(inState("reverted").toSorted()).toEqual(BROKEN.toSorted());
	for (const node of scale.cluster.cluster.nodes.values()) {
		const runtime = node.status.nodeInfo["containerRuntimeVersion"] ?? "";
		const name = node.metadata.name ?? "";
		expect(`${name} ${runtime.split(":")[0]}`).toBe(`${name} ${BROKEN.includes(name) ? "docker" : "containerd"}`);
		expect(node.spec.unschedulable ?? false).toBe(false);
	}
	await expect(page.getByText(word("end.failures"))).toBeVisible();
	await screens(page, "scale-done");
});

const outOf = ({ runs }: MigrationDetail) => latestRuns(runs).filter(({ run }) => OUT.includes(run.state)).length;
const doneOf = ({ runs }: MigrationDetail) => latestRuns(runs).filter(({ run }) => run.state === "done").length;
