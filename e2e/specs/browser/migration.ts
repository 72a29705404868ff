import { createHash } from "node:crypto";
import { expect, type Locator, type Page } from "@playwright/test";
import { screens } from "./screens.ts";
import { needed, wordsOf } from "./words.ts";

export const SCRIPTS = ["prepare", "cutover", "revert"] as const;
type Script = (typeof SCRIPTS)[number];
/** The SHA-256 of each script that a person has seen. */
export type ScriptHashes = Record<Script, string>;

const FINAL = /^(done|failed|cancelled|reverted|revert-failed|not-started|skipped)$/;

interface Entered {
	reason: string;
	ticket: string;
	/** Takes pictures under this name. */
	look?: string;
}

/** On the policy of a new migration whose nodes are chosen already: enters the rest, has it planned, and goes on from preflight to the review. */
export async function plan(page: Page, { reason, ticket, look }: Entered): Promise<void> {
	const words = await wordsOf(page);
	const submit = page.getByRole("button", { name: words("migration", "plan") });
	await page.getByLabel(needed(words("migration", "reason"))).fill(reason);
	await page.getByLabel(words("migration", "ticket")).fill(ticket);
	await expect(submit).toBeEnabled();
	if (look) await screens(page, `${look}-new`);
	await submit.click();
	await page.getByRole("link", { name: words("migration", "toReview") }).click({ timeout: 90_000 });
	await expect(page.locator("[data-review-node]").first()).toBeVisible();
}

/** On the review: opens a node, and looks at its steps, its files, its three scripts and its findings. `look` is called at each. */
export async function reviewNode(page: Page, name: string, look?: (part: string) => Promise<void>): Promise<ScriptHashes> {
	const node = page.locator(`[data-review-node="${name}"]`);
	const head = node.getByRole("button", { name, exact: true });
	if ((await head.getAttribute("aria-expanded")) === "false") await head.click();
	const words = await wordsOf(page);
	const tab = (key: string) => node.getByRole("tab", { name: new RegExp(words("run", key).source.replace(/\$$/, "")) });
	await expect(tab("steps")).toBeVisible();
	await look?.("steps");
	await tab("changes").click();
	await expect(node.getByText("/etc/containerd/config.toml").first()).toBeVisible();
	await look?.("changes");
	await tab("scripts").click();
	const hashes: Partial<ScriptHashes> = {};
	for (const script of SCRIPTS) {
		await node.getByRole("tab", { name: `${script}.sh` }).click();
		const line = await node.getByTestId(`script-sha256-${script}`).innerText();
		hashes[script] = /[0-9a-f]{64}/.exec(line)?.[0] ?? "";
		await expect(node.getByText("#!/bin/sh").first()).toBeVisible();
	}
	await look?.("scripts");
	await tab("findings").click();
	await expect(node.getByRole("tabpanel")).not.toBeEmpty();
	await look?.("findings");
	return hashes as ScriptHashes;
}

/** Starts what was reviewed; the run page opens. Returns the migration's id. */
export async function start(page: Page, direction: "migrate" | "rollback"): Promise<string> {
	const words = await wordsOf(page);
	const name = words("migration", direction === "migrate" ? "start" : "startRollback");
	await page.getByRole("button", { name }).click();
	await page.getByRole("alertdialog").getByRole("button", { name }).click();
	await expect(page.locator("tr[data-node]").first()).toBeVisible({ timeout: 30_000 });
	return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

/** In the dialog that a decision has opened: why, and Enter. */
export async function sayWhy(page: Page, reason: string): Promise<void> {
	const words = await wordsOf(page);
	const dialog = page.getByRole("dialog");
	const field = dialog.getByLabel(needed(words("migration", "cancelReason")));
	await expect(field).toBeFocused();
	await field.fill(reason);
	await field.press("Enter");
	await expect(dialog).toHaveCount(0);
}

/** The migration that is shown is in this state. */
export async function migrationBecomes(page: Page, state: string, timeoutMs = 60_000): Promise<void> {
	await expect(page.locator("[data-migration-state]").first()).toHaveAttribute("data-migration-state", state, { timeout: timeoutMs });
}

/** A node's row on the run page; its state is an attribute. */
export function runRow(page: Page, node: string): Locator {
	return page.locator(`tr[data-node="${node}"]`);
}

/** Resolves when the run page shows each of these nodes as done; fails as soon as one has ended otherwise. */
export async function done(page: Page, nodes: readonly string[], timeoutMs = 420_000): Promise<void> {
	for (const node of nodes) {
		const row = runRow(page, node);
		await expect(row).toHaveAttribute("data-run-state", FINAL, { timeout: timeoutMs });
		await expect(row).toHaveAttribute("data-run-state", "done");
	}
}

/** On the run page: opens a node, whose panel shows its log. Returns the run's id. */
export async function openNode(page: Page, node: string): Promise<string> {
	const words = await wordsOf(page);
	await runRow(page, node).locator("th button").click();
	const panel = page.getByRole("region", { name: node, exact: true });
	await expect(panel.getByTestId("log-foot")).toBeVisible();
	const href = await panel.getByRole("link", { name: words("migration", "permanent") }).getAttribute("href");
	return href?.split("/").at(-1) ?? "";
}

export function sha256(bytes: Buffer | string): string {
	return createHash("sha256").update(bytes).digest("hex");
}
