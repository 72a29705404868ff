import { expect, type Page } from "@playwright/test";
import { maskedLog } from "../../../server/logs/redactor.ts";
import { runDir } from "../../../server/plan/layout.ts";
import type { FleetNode } from "../../fleet/fleet.ts";
import { SCRIPTS, type ScriptHashes, sha256 } from "../browser/migration.ts";

interface WholeLog {
	bytes: number;
	sha256: string;
}

/** The log that the open page holds, by the page's own account. */
export async function shownLog(page: Page): Promise<WholeLog> {
	const foot = page.getByTestId("log-foot");
	return { bytes: Number(await foot.getAttribute("data-bytes")), sha256: (await foot.getAttribute("data-sha256")) ?? "" };
}

/** Resolves when the page holds the log exactly as it lies on the node, with its secrets masked. */
export async function expectWholeLog(page: Page, node: FleetNode, runId: string): Promise<void> {
	const bytes = Buffer.from(await node.must(`base64 -w0 ${runDir(runId)}/log`), "base64");
	expect(bytes.length).toBeGreaterThan(0);
	await expect.poll(() => shownLog(page), { timeout: 30_000 }).toEqual({ bytes: bytes.length, sha256: sha256(maskedLog(runId, bytes)) });
}

/** The scripts that ran, as they lie on the node. */
export async function scriptsOnNode(node: FleetNode, runId: string): Promise<ScriptHashes> {
	const hashes: Partial<ScriptHashes> = {};
	for (const script of SCRIPTS) hashes[script] = sha256(Buffer.from(await node.must(`base64 -w0 ${runDir(runId)}/${script}.sh`), "base64"));
	return hashes as ScriptHashes;
}
