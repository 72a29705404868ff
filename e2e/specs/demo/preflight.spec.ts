import { expect, type Page, test } from "@playwright/test";
import type { Demo } from "../../../scripts/demo/start-demo.ts";
import { done, migrationBecomes, plan, reviewNode, start } from "../browser/migration.ts";
import { words } from "../browser/words.ts";
import { look } from "./look.ts";
import { onNode } from "./machines.ts";
import { closeDemo, openDemo } from "./open-demo.ts";
import { cellsOf, chooseNodes, open } from "./table.ts";

// What stands in the way of a node, said before anything runs; and a worker on cri-dockerd there and back, whose Docker is kept for what else runs on it.
test.describe.configure({ mode: "serial", timeout: 240_000 });

const WORKER = "prod-worker-1";
const KEEP = /^Keep Docker running for other containers/;
let demo: Demo;
let page: Page;

test.beforeAll(async ({ browser }) => {
	({ demo, page } = await openDemo(browser));
});

test.afterAll(() => closeDemo({ demo, page }));

const reviewed = (name: string) => page.locator(`[data-review-node="${name}"]`);

test("prod: each worker is left out, and the review says why and what to do", async () => {
	await chooseNodes(page, "prod", [WORKER, "prod-worker-2", "prod-worker-3"]);
	await page.getByRole("button", { name: "Migrate 3 nodes…" }).click();
	await plan(page, { reason: "To see what is in the way", ticket: "CHG-2" });
	await expect(page.getByText("No node can go")).toBeVisible();
	await expect(page.getByRole("button", { name: words("migration", "start") })).toBeDisabled();
	await expect(reviewed(WORKER)).toContainText("1 blocking finding: 1 running container is not of Kubernetes: registry-mirror.");
	await expect(reviewed(WORKER)).toContainText("Move or stop them");
	await expect(reviewed("prod-worker-2")).toContainText("Too little space");
	await expect(reviewed("prod-worker-2")).toContainText("Free some space");
	await expect(reviewed("prod-worker-3")).toContainText("refused the connection");
	await expect(reviewed("prod-worker-3")).toContainText("Check the address and port");
	await look(page, "review-left-out");
});

test("legacy: a mixed control plane goes last, containerd 1.3 is a warning, and there is nothing to do where containerd runs", async () => {
	await chooseNodes(page, "legacy", ["node1", "node2", "node3", "node4", "node5", "node6"]);
	await expect(page.getByText("4 of them can be migrated; the others run containerd already")).toBeVisible();
	await page.getByRole("button", { name: "Migrate 4 nodes…" }).click();
	await plan(page, { reason: "All of it", ticket: "CHG-3" });
	for (const name of ["node1", "node3", "node4", "node5"]) {
		await expect(reviewed(name).getByText("1 warning")).toBeVisible();
		await expect(reviewed(name).getByText(/block/)).toHaveCount(0);
	}
	for (const name of ["node1", "node3"]) await expect(reviewed(name).getByText("control plane")).toBeVisible();
	await expect(page.getByRole("button", { name: "Start 4 nodes" })).toBeEnabled();
	await page.getByRole("button", { name: "Start 4 nodes" }).click();
	const dialog = page.getByRole("alertdialog");
	await expect(dialog.getByRole("button", { name: "Start 4 nodes" })).toBeDisabled();
	await dialog.getByLabel("Type “legacy” to confirm").fill("legacy");
	await expect(dialog.getByRole("button", { name: "Start 4 nodes" })).toBeEnabled();
	await dialog.getByRole("button", { name: "Cancel" }).click();
	await open(page, "Nodes");
	await page.getByRole("link", { name: "node2", exact: true }).click();
	await expect(page.getByText("Nothing to do: this node runs containerd already.")).toBeVisible();
	await expect(page.getByText("Blocks", { exact: true })).toHaveCount(0);
});

test("a node that somebody left half done by hand is completed, and nothing of it is restarted", async () => {
	await open(page, "Nodes");
	await page.getByRole("link", { name: "node6", exact: true }).click();
	await expect(page.getByText("Docker still runs or starts with the machine: docker.service, docker.socket.")).toBeVisible();
	await look(page, "half-done");
	await page.getByRole("tab", { name: "Facts" }).click();
	const flag = page.getByRole("table", { name: "Flags of the running kubelet" }).getByRole("row", { name: /--container-runtime-endpoint/ });
	await expect(flag).toContainText("/var/lib/kubelet/kubeadm-flags.env");
	await look(page, "half-done-facts");
	await page.getByRole("button", { name: "Complete…" }).click();
	await plan(page, { reason: "Left over", ticket: "CHG-6" });
	await expect(page.getByText("the change to it was left unfinished")).toBeVisible();
	await look(page, "half-done-review");
	await start(page, "migrate");
	await done(page, ["node6"]);
	await migrationBecomes(page, "done");
	// It left no snapshot of Docker to go back to.
	await expect(page.getByRole("button", { name: /Roll back/ })).toHaveCount(0);
	await look(page, "half-done-done");
	await expect.poll(() => onNode(demo, "node6", "systemctl is-active docker.service || :")).toContain("inactive");
});

test("a worker on cri-dockerd goes over with Docker kept for its other container, and comes back to cri-dockerd", async () => {
	const others = () => onNode(demo, WORKER, "docker ps --format '{{.Names}}' | grep -v ^k8s_ || :");
	await chooseNodes(page, "prod", [WORKER]);
	await page.getByRole("button", { name: "Migrate 1 node…" }).click();
	await page.getByRole("checkbox", { name: KEEP }).click();
	await look(page, "policy-keep-docker");
	await plan(page, { reason: "The mirror stays", ticket: "CHG-4" });
	await reviewNode(page, WORKER);
	await expect(reviewed(WORKER)).toContainText("They stop with Docker for the cutover");
	// The worker that does not answer takes the only place that there is.
	await expect(page.getByText("No node can go out: prod-worker-3 is not ready")).toBeVisible();
	await page.getByRole("button", { name: "Change…" }).click();
	await page.getByLabel("Nodes out at once, at most").fill("2");
	await expect(page.getByRole("checkbox", { name: KEEP })).toBeChecked();
	await plan(page, { reason: "The mirror stays", ticket: "CHG-4" });
	await expect(page.getByText("No node can go out")).toHaveCount(0);
	await start(page, "migrate");
	await done(page, [WORKER], 120_000);
	expect(await others()).toContain("registry-mirror");
	await look(page, "docker-kept-done");
	await expectRuntime("containerd://1.7.18", "containerd");

	await page.getByRole("link", { name: WORKER, exact: true }).click();
	await page.getByRole("button", { name: "Roll back…" }).click();
	await page.getByLabel("Nodes out at once, at most").fill("2");
	await plan(page, { reason: "And back", ticket: "CHG-5" });
	await start(page, "rollback");
	await done(page, [WORKER], 120_000);
	await expectRuntime("docker://26.1.4", "cri-dockerd");
	expect(await others()).toContain("registry-mirror");
});

/** Probes the worker, and sees its row say so. */
async function expectRuntime(kubectl: string, kubelet: string): Promise<void> {
	await open(page, "Nodes");
	await page.getByRole("checkbox", { name: `Choose ${WORKER}` }).click();
	await page.getByRole("button", { name: "Probe", exact: true }).click();
	await expect(page.getByText("1 node probed")).toBeVisible();
	await expect
		.poll(async () => (await cellsOf(page, ["NAME", "CONTAINER-RUNTIME", "BY KUBELET"])).find(([name]) => name === WORKER))
		.toEqual([WORKER, kubectl, kubelet]);
}
