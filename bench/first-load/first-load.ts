/**
 * How much JavaScript a browser that has nothing yet loads for each page, compressed as it comes: for its first view, until the browser calls it
 * loaded, and after that until it is at rest (the overview's chart). Prints both for each page, and what of the first every page shares; exits
 * with 1 where a first view is over the limit.
 *   npm run bench:first-load        (builds the console where it has changed)
 */
import { type Browser, type BrowserContext, chromium } from "@playwright/test";
import { ConsoleProcess } from "../../e2e/console/console-process.ts";

const LIMIT_KB = 250;
const PAGES = ["/", "/clusters", "/nodes", "/migrations", "/migrations/new", "/history", "/audit", "/settings"];
const NODES = ["node1", "node2", "node3"];
const AT_REST_MS = 1_500;

/** Bytes over the wire by script. */
interface Scripts {
	first: ReadonlyMap<string, number>;
	later: ReadonlyMap<string, number>;
}

async function main(): Promise<void> {
	const console = await ConsoleProcess.start();
	let browser: Browser | undefined;
	try {
		browser = await chromium.launch({
			executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
			args: ["--no-sandbox", "--disable-gpu"],
		});
		await fill(browser, console);
		const loaded = new Map<string, Scripts>([["/login", await scriptsOf(browser, console, "/login", false)]]);
		for (const path of PAGES) loaded.set(path, await scriptsOf(browser, console, path, true));
		report(loaded);
	} finally {
		await browser?.close();
		await console.close();
	}
}

/** A cluster with nodes: what only shows them is loaded too. */
async function fill(browser: Browser, console: ConsoleProcess): Promise<void> {
	const context = await browser.newContext();
	await post(context, console, "/api/auth/sign-in/email", { email: console.email, password: console.password });
	const { id } = await post(context, console, "/api/v1/clusters", { name: "prod" });
	for (const name of NODES) await post(context, console, "/api/v1/nodes", { clusterId: id, name, address: `${name}.example.com` });
	await context.close();
}

async function post(context: BrowserContext, { url }: ConsoleProcess, path: string, data: object) {
	const answer = await context.request.post(`${url}${path}`, { data, headers: { origin: url } });
	if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
	return answer.json();
}

async function scriptsOf(browser: Browser, console: ConsoleProcess, path: string, signedIn: boolean): Promise<Scripts> {
	const { url, email, password } = console;
	const context = await browser.newContext();
	if (signedIn) await post(context, console, "/api/auth/sign-in/email", { email, password });
	const page = await context.newPage();
	const session = await context.newCDPSession(page);
	await session.send("Network.enable");
	const names = new Map<string, string>();
	const bytes = new Map<string, number>();
	session.on("Network.responseReceived", ({ requestId, type, response }) => {
		if (type === "Script") names.set(requestId, new URL(response.url).pathname);
	});
	session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
		const name = names.get(requestId);
		if (name) bytes.set(name, encodedDataLength);
	});
	await page.goto(`${url}${path}`, { waitUntil: "load" });
	const asked = new Set(names.values());
	await page.getByRole("heading", { level: 1 }).waitFor();
	await page.waitForTimeout(AT_REST_MS);
	await context.close();
	if (bytes.size === 0) throw new Error(`${path} loaded no script`);
	const part = (first: boolean) => new Map([...bytes].filter(([name]) => asked.has(name) === first));
	return { first: part(true), later: part(false) };
}

function report(loaded: ReadonlyMap<string, Scripts>): void {
	const kb = (sizes: Iterable<number>) => [...sizes].reduce((sum, size) => sum + size, 0) / 1_000;
	const all = [...loaded.values()].map(({ first }) => first);
	const shared = [...(all[0] ?? [])].filter(([name]) => all.every((scripts) => scripts.has(name))).map(([, size]) => size);
	process.stdout.write(`${"shared by all".padEnd(20)} ${kb(shared).toFixed(0).padStart(5)} kB\n`);
	const over: string[] = [];
	for (const [path, { first, later }] of loaded) {
		const size = kb(first.values());
		if (size > LIMIT_KB) over.push(path);
		const after = kb(later.values());
		const ratio = `ratio to the limit ${(size / LIMIT_KB).toFixed(2)}`;
		process.stdout.write(`${path.padEnd(20)} ${size.toFixed(0).padStart(5)} kB   ${ratio}   later ${after.toFixed(0)} kB\n`);
	}
	if (over.length === 0) return;
	process.stdout.write(`Over ${LIMIT_KB} kB: ${over.join(", ")}.\n`);
	process.exitCode = 1;
}

await main();
