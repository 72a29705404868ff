import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import { crictlArchive } from "../../fleet/crictl-archive.ts";
import type { Fleet } from "../../fleet/fleet.ts";
import { screens } from "../browser/screens.ts";

/** The cluster's name in the console. */
export const CLUSTER = "fleet";

export async function addCluster(page: Page, fleet: Fleet, look = false): Promise<void> {
	await page.getByRole("link", { name: "Clusters", exact: true }).first().click();
	await expect(page.getByRole("heading", { name: "Clusters", level: 1 })).toBeVisible();
	if (look) await screens(page, "clusters-empty");
	await page.getByRole("button", { name: "Add cluster" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Name", { exact: false }).first().fill(CLUSTER);
	await dialog.locator("input[type=file]").setInputFiles(fleet.kubeconfig);
	await dialog.getByRole("button", { name: "Test", exact: true }).click();
	await expect(dialog.getByText("answers: Kubernetes v")).toBeVisible();
	if (look) await screens(page, "cluster-add");
	await dialog.getByRole("button", { name: "Save" }).click();
	await expect(page.getByRole("heading", { name: CLUSTER, level: 1 })).toBeVisible();
	await expect(page.getByRole("tab", { name: `Nodes (${fleet.nodes.length})` })).toBeVisible();
}

export async function addCredential(page: Page, fleet: Fleet, look = false): Promise<void> {
	await page.getByRole("tab", { name: "Access" }).click();
	await page.getByRole("button", { name: "Add credential" }).click();
	await page.getByRole("textbox", { name: "User" }).fill("root");
	await page.locator("form input[type=file]").setInputFiles(fleet.privateKeyPath);
	await expect(page.getByRole("textbox", { name: "Private key" })).toHaveValue(/OPENSSH/);
	if (look) await screens(page, "credential-add");
	await page.getByRole("button", { name: "Save" }).click();
	await expect(page.getByText("SHA256:")).toBeVisible();
	if (look) await screens(page, "cluster-access");
}

export async function acceptHostKeys(page: Page, fleet: Fleet, look = false): Promise<void> {
	const count = fleet.nodes.length;
	await page.getByRole("tab", { name: /^Host keys/ }).click();
	await page
		.locator("input[type=file]")
		.setInputFiles({ name: "known_hosts", mimeType: "text/plain", buffer: Buffer.from(fleet.knownHosts) });
	await page.getByRole("button", { name: `Look at ${count} hosts` }).click();
	await expect(page.getByRole("button", { name: `Accept ${count} matches` })).toBeVisible({ timeout: 30_000 });
	for (const node of fleet.nodes)
		await expect(
			page
				.getByRole("row")
				.filter({ hasText: `${node.address}:22` })
				.first(),
		).toContainText("matches");
	if (look) await screens(page, "host-keys");
	await page.getByRole("button", { name: `Accept ${count} matches` }).click();
	await expect(page.getByText("Matching keys are accepted")).toBeVisible();
	await expect(page.getByRole("tab", { name: "Host keys", exact: true })).toBeVisible();
}

export async function uploadArchive(page: Page, look = false): Promise<void> {
	const archive = await crictlArchive();
	await page.getByRole("link", { name: "Settings", exact: true }).first().click();
	await page.getByLabel("Expected SHA-256").fill(archive.archiveSha256);
	const buffer = await readFile(archive.path);
	await page
		.locator("input[type=file]")
		.first()
		.setInputFiles({ name: "crictl-v1.20.0-linux-amd64.tar.gz", mimeType: "application/gzip", buffer });
	await expect(page.getByRole("row").filter({ hasText: "amd64" })).toContainText(archive.archiveSha256);
	if (look) await screens(page, "settings");
}

/** Opens the nodes and probes them all. */
export async function probeAll(page: Page, fleet: Fleet): Promise<void> {
	await page.getByRole("link", { name: "Nodes", exact: true }).first().click();
	await page.getByRole("checkbox", { name: /^Choose all/ }).click();
	await page.getByRole("button", { name: "Probe", exact: true }).click();
	await expect(page.getByText(`${fleet.nodes.length} nodes probed`)).toBeVisible({ timeout: 60_000 });
	await page.getByRole("button", { name: "Choose none" }).click();
}
