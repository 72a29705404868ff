/**
 * The page of 5,000 nodes in a Chromium, beside a peer with the same data that does nothing else: TanStack's virtualizer without a framework,
 * checks, choices or a server that looks anything up. Both in turns. Prints the time to the first rows, from a key to the rows for it, the
 * memory after a collection and the frames of a scroll, each with its ratio; exits with 1 where the console's own limits are exceeded.
 *   npm run bench:nodes        (builds the console where it has changed)
 */
import { readFileSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import { ConsoleProcess } from "../../e2e/console/console-process.ts";
import { closeDatabase, openDatabase } from "../../server/db/client.ts";
import { parseProbe } from "../../server/probe/parse.ts";
import { nodeName, storeFleet } from "./fleet.ts";
import { servePeer } from "./peer-server.ts";

const NODES = 5_000;
const ROUNDS = 5;
const FIRST_ROWS_LIMIT_MS = 1_000;
const KEY_LIMIT_MS = 50;
const SETTLED_MS = 1_500;
const SCROLL_MS = 3_000;
const MIB = 1024 ** 2;

interface Round {
	firstRowsMs: number;
	keysMs: number[];
	heapMib: number;
	framesMs: number[];
}

async function main(): Promise<void> {
	const console = await ConsoleProcess.start();
	let browser: Browser | undefined;
	let peer: Awaited<ReturnType<typeof servePeer>> | undefined;
	try {
		await console.stop();
		const facts = parseProbe(readFileSync("server/probe/fixtures/bookworm-dockershim.txt"));
		const db = await openDatabase({ file: console.database, migrations: "prisma/sqlite/migrations" });
		await storeFleet(db, NODES, facts);
		await closeDatabase();
		await console.up();
		browser = await chromium.launch({
			executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
			args: ["--no-sandbox", "--disable-gpu"],
		});
		// What waits in the page for rows is a text that the page would not run.
		const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1440, height: 900 } });
		const { email, password, url } = console;
		const signedIn = await context.request.post(`${url}/api/auth/sign-in/email`, { data: { email, password }, headers: { origin: url } });
		if (!signedIn.ok()) throw new Error(`signing in: ${signedIn.status()} ${await signedIn.text()}`);
		peer = await servePeer(await (await context.request.get(`${url}/api/v1/nodes`)).text());
		const rounds: Record<"gantry" | "peer", Round[]> = { gantry: [], peer: [] };
		// The first of each fills the caches: for neither.
		for (let round = -1; round < ROUNDS; round += 1) {
			const gantry = await measure(context, `${url}/nodes`);
			const plain = await measure(context, peer.url);
			if (round >= 0) {
				rounds.gantry.push(gantry);
				rounds.peer.push(plain);
			}
		}
		report(rounds);
	} finally {
		await browser?.close();
		peer?.close();
		await console.close();
	}
}

async function measure(context: BrowserContext, url: string): Promise<Round> {
	const page = await context.newPage();
	try {
		await page.addInitScript({ path: "bench/nodes-table/watch.js" });
		await page.goto(url);
		await page.waitForFunction("window.bench.firstRowsMs > 0", undefined, { timeout: 60_000 });
		const firstRowsMs = Number(await page.evaluate("window.bench.firstRowsMs"));
		// What the page still does by itself is not the key's.
		await page.waitForTimeout(SETTLED_MS);
		const heapMib = await heapOf(page);
		const keysMs = await typed(page);
		const frames = page.evaluate(`window.bench.watchFrames(${SCROLL_MS})`);
		const row = page.locator("tbody tr[data-index]").first();
		await row.hover();
		for (let wheel = 0; wheel < SCROLL_MS / 50; wheel += 1) {
			await page.mouse.wheel(0, 800);
			await page.waitForTimeout(30);
		}
		return { firstRowsMs, keysMs, heapMib, framesMs: (await frames) as number[] };
	} finally {
		await page.close();
	}
}

/** Digit by digit to one node of all, and back again: each key leaves a tenth, or brings it back. */
async function typed(page: Page): Promise<number[]> {
	const name = nodeName(1_234);
	const box = page.getByRole("searchbox").first();
	const digits = [...name.slice("worker-0".length)];
	await box.fill("worker-0");
	await page.waitForTimeout(500);
	await page.evaluate("window.bench.keys.length = 0");
	await box.focus();
	let pressed = 0;
	for (const key of [...digits, ...digits.map(() => "Backspace")]) {
		await page.keyboard.press(key);
		pressed += 1;
		await page.waitForFunction(`window.bench.keys.length >= ${pressed}`, undefined, { timeout: 20_000 });
		// As a quick typist; the next key finds the page at rest.
		await page.waitForTimeout(120);
	}
	return (await page.evaluate("window.bench.keys")) as number[];
}

async function heapOf(page: Page): Promise<number> {
	const session = await page.context().newCDPSession(page);
	await session.send("HeapProfiler.collectGarbage");
	const { usedSize } = await session.send("Runtime.getHeapUsage");
	await session.detach();
	return usedSize / MIB;
}

function report({ gantry, peer }: Record<"gantry" | "peer", Round[]>): void {
	const at = (share: number) => (values: number[]) =>
		[...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN;
	const line = (what: string, unit: string, of: (rounds: Round[]) => number) => {
		const [plain, own] = [of(peer), of(gantry)];
		const shown = (value: number) => value.toFixed(unit === "ms" ? 0 : 1).padStart(6);
		process.stdout.write(
			`${what.padEnd(36)} peer ${shown(plain)} ${unit}   Gantry ${shown(own)} ${unit}   ratio ${(own / plain).toFixed(2)}\n`,
		);
		return own;
	};
	const firstRows = line("first rows, median", "ms", (rounds) => at(0.5)(rounds.map((one) => one.firstRowsMs)));
	const key = line("key to its rows, median", "ms", (rounds) => at(0.5)(rounds.flatMap((one) => one.keysMs)));
	line("key to its rows, 95 of 100", "ms", (rounds) => at(0.95)(rounds.flatMap((one) => one.keysMs)));
	line("memory after a collection, median", "MiB", (rounds) => at(0.5)(rounds.map((one) => one.heapMib)));
	line("frame of a scroll, median", "ms", (rounds) => at(0.5)(rounds.flatMap((one) => one.framesMs)));
	line("frame of a scroll, 95 of 100", "ms", (rounds) => at(0.95)(rounds.flatMap((one) => one.framesMs)));
	if (firstRows >= FIRST_ROWS_LIMIT_MS || key >= KEY_LIMIT_MS) {
		process.stderr.write(`First rows are to be there in ${FIRST_ROWS_LIMIT_MS} ms, and the rows for a key in ${KEY_LIMIT_MS} ms.\n`);
		process.exitCode = 1;
	}
}

await main();
