import { type Browser, type BrowserContextOptions, type Page, test } from "@playwright/test";
import { type Demo, startDemo } from "../../../scripts/demo/start-demo.ts";
import { tellOfFailure } from "../browser/failure.ts";
import { signIn } from "../browser/sign-in.ts";

/** Until both clusters run and the console knows them, milliseconds. */
const START_LIMIT_MS = 300_000;

export interface OpenDemo {
	demo: Demo;
	/** Signed in. */
	page: Page;
}

/** Starts a demo of its own for a file's tests, fast and with an API that lags little, and signs in. For `beforeAll`. `onPage`: before the first page is read. */
export async function openDemo(
	browser: Browser,
	{ context = {}, onPage }: { context?: BrowserContextOptions; onPage?: (page: Page) => void } = {},
): Promise<OpenDemo> {
	test.setTimeout(START_LIMIT_MS);
	const demo = await startDemo({ pace: 20, lagMs: 200 });
	try {
		const page = await (await browser.newContext(context)).newPage();
		onPage?.(page);
		await signIn(page, demo.console);
		return { demo, page };
	} catch (error) {
		await closeDemo({ demo });
		throw error;
	}
}

/** Ends it, keeps what its console said, and tells of a test that failed what its pages show. For `afterAll`: also where the demo did not come up. */
export async function closeDemo({ demo, page }: Partial<OpenDemo>): Promise<void> {
	await tellOfFailure(test.info(), demo?.console, page?.context().pages() ?? []);
	await page?.context().close();
	await test.info().attach("console.log", { body: (await demo?.console.log()) ?? "", contentType: "text/plain" });
	await demo?.close();
}
