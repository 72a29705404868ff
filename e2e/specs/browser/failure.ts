import type { Page, TestInfo } from "@playwright/test";
import type { ConsoleProcess } from "../../console/console-process.ts";

const LINES = 150;

/** After a test that failed: what the console printed last and what each page shows, on stderr. An attachment is gone with the machine that made it. */
export async function tellOfFailure(info: TestInfo, console: ConsoleProcess | undefined, pages: readonly Page[]): Promise<void> {
	if (info.status === info.expectedStatus) return;
	const log = (await console?.log().catch(() => "")) ?? "";
	const shown = await Promise.all(
		pages.map(async (page) => `${page.url()}\n${await page.locator("body").innerText({ timeout: 5_000 }).catch(String)}`),
	);
	process.stderr.write(`── the console's last lines\n${log.split("\n").slice(-LINES).join("\n")}\n`);
	for (const text of shown) process.stderr.write(`── a page shows ${text}\n`);
}
