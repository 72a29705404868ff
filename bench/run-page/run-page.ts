/**
 * The run page in a real Chromium, on the built console. First with 300 nodes of which 50 change in a second, each with its event: the
 * longest task of the page. Then a log of 100,000 lines being scrolled, beside a plain virtual list of the same lines, in turns in the same
 * browser: frames that were dropped. Prints both with their ratio, and exits with 1 where a task takes longer than 100 ms.
 *   npm run bench:run-page        (CHROMIUM_PATH where it is not /usr/bin/chromium)
 */
import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { type BrowserContext, chromium, type Page } from "@playwright/test";
import { ConsoleProcess } from "../../e2e/console/console-process.ts";
import { freePort } from "../../e2e/console/free-port.ts";
import { migrationDetailSchema } from "../../lib/contracts/migration.ts";
import type { RunView } from "../../lib/contracts/run.ts";
import { StreamProxy } from "./proxy.ts";
import { LOGGED_RUN, MIGRATION, seed } from "./seed.ts";

const NODES = 300;
const PER_SECOND = 50;
const EVENTS_S = 20;
const TASK_LIMIT_MS = 100;
const LINES = 100_000;
const ROUNDS = 3;
const SCROLL_S = 5;
/** Faster than anybody reads, pixels a frame. */
const SCROLL_PX = 300;
const FRAME_MS = 1000 / 60;
const CHROMIUM = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

async function main(): Promise<void> {
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const console = await ConsoleProcess.start({ origins: [url] });
	const plain = await readFile(new URL("plain-list.html", import.meta.url), "utf8");
	let proxy: StreamProxy | null = null;
	const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
	try {
		await console.stop();
		await seed(console.database, { nodes: NODES, lines: LINES });
		await console.up();
		proxy = await StreamProxy.start({ port, target: console.port, pages: new Map([["/bench/plain-list", plain]]) });
		const context = await browser.newContext({ bypassCSP: true, baseURL: url, viewport: { width: 1440, height: 900 } });
		// What measures runs in the page, where the function that the compiler calls does not exist.
		await context.addInitScript({ content: "globalThis.__name = (named) => named;" });
		const { email, password } = console;
		const answer = await context.request.post("/api/auth/sign-in/email", { data: { email, password }, headers: { origin: url } });
		if (!answer.ok()) throw new Error(`sign-in was refused: ${answer.status()}`);
		await benchEvents(context, proxy);
		await benchLog(context);
	} finally {
		await browser.close();
		await proxy?.close();
		await console.close();
	}
}

async function benchEvents(context: BrowserContext, proxy: StreamProxy): Promise<void> {
	const { runs } = migrationDetailSchema.parse(await (await context.request.get(`/api/v1/migrations/${MIGRATION}`)).json());
	const page = await context.newPage();
	await page.goto(`/migrations/${MIGRATION}`);
	await page.getByRole("table").first().waitFor();
	while (proxy.streams === 0) await pause(100);
	const idle = await longTasks(page, 5, async () => {
		await pause(5_000);
	});
	const busy = await longTasks(page, EVENTS_S, () => sendEvents(proxy, runs));
	await page.close();
	const line = (what: string, tasks: number[]) =>
		process.stdout.write(
			`${what.padEnd(44)} longest task ${Math.max(0, ...tasks)
				.toFixed(0)
				.padStart(4)} ms   tasks over 50 ms ${String(tasks.length).padStart(3)}\n`,
		);
	line(`${NODES} nodes, nothing happens`, idle);
	line(`${NODES} nodes, ${PER_SECOND} changes and events a second`, busy);
	if (Math.max(0, ...busy) > TASK_LIMIT_MS) {
		process.stderr.write(`No task of the page is to take longer than ${TASK_LIMIT_MS} ms.\n`);
		process.exitCode = 1;
	}
}

/** Of those over 50 ms, as the browser reports them; milliseconds. */
async function longTasks(page: Page, seconds: number, meanwhile: () => Promise<void>): Promise<number[]> {
	const watched = page.evaluate(
		(ms) =>
			new Promise<number[]>((resolve) => {
				const tasks: number[] = [];
				const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)));
				observer.observe({ type: "longtask" });
				setTimeout(() => {
					observer.disconnect();
					resolve(tasks);
				}, ms);
			}),
		seconds * 1_000,
	);
	await meanwhile();
	return watched;
}

/** Every node goes on by a step in its turn; what has come to its end begins anew. */
async function sendEvents(proxy: StreamProxy, runs: readonly RunView[]): Promise<void> {
	const now = new Map(runs.map((run) => [run.id, run]));
	const begun = performance.now();
	for (let sent = 0; sent < EVENTS_S * PER_SECOND; sent += 1) {
		const late = begun + (sent * 1_000) / PER_SECOND - performance.now();
		if (late > 0) await pause(late);
		const before = now.get(runs[sent % runs.length]?.id ?? "");
		if (!before) continue;
		const run = oneStepOn(before);
		now.set(run.id, run);
		proxy.send({ type: "run", run });
		const told = { runId: run.id, migrationId: run.migrationId, nodeName: run.nodeName, actor: null, at: new Date().toISOString() };
		proxy.send({
			type: "event",
			event: { id: 1_000 + sent, code: "run.going-out", values: { from: "prepared", to: "draining" }, ...told },
		});
	}
}

function oneStepOn(run: RunView): RunView {
	const at = new Date().toISOString();
	const next = run.steps.findIndex((step) => step.state !== "ok");
	const steps = run.steps.map((step, index) => {
		if (next === -1) return { ...step, state: "waiting" as const, startedAt: null, durationMs: null };
		if (index !== next) return step;
		return step.state === "running"
			? { ...step, state: "ok" as const, durationMs: 1_234 }
			: { ...step, state: "running" as const, startedAt: at };
	});
	return {
		...run,
		version: run.version + 1,
		state: next === -1 ? "preparing" : "cutover",
		startedAt: run.startedAt ?? at,
		seenAt: at,
		steps,
	};
}

async function benchLog(context: BrowserContext): Promise<void> {
	const ours = await context.newPage();
	await ours.goto(`/runs/${LOGGED_RUN}`);
	await ours.getByTestId("log-foot").waitFor();
	// A log of this length is read whole by itself; a longer one from its end.
	const all = ours.getByRole("button", { name: "Load all", exact: true });
	if (await all.isVisible()) await all.click();
	await ours.locator("[data-testid=log-foot][data-from='0']").waitFor();
	const plain = await context.newPage();
	await plain.goto(`/bench/plain-list?log=${encodeURIComponent(`/api/v1/runs/${LOGGED_RUN}/log?download=1`)}`);
	await plain.waitForFunction(() => document.title === "ready");
	const dropped = { ours: [] as number[], plain: [] as number[] };
	// The first of each fills the caches, and one begins at its log's end and the other at its begin: it counts for neither.
	for (let round = -1; round < ROUNDS; round += 1) {
		const one = await droppedFrames(ours, "section[aria-label='Log of worker-1']");
		const other = await droppedFrames(plain, "#list");
		if (round < 0) continue;
		dropped.ours.push(one);
		dropped.plain.push(other);
	}
	const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
	const [one, other] = [median(dropped.ours), median(dropped.plain)];
	process.stdout.write(
		`${`${LINES.toLocaleString("en")} lines scrolled, dropped frames`.padEnd(44)} plain list ${(other * 100).toFixed(1)} %   Gantry ${(one * 100).toFixed(1)} %   ratio ${((1 - one) / (1 - other)).toFixed(2)} of its frames\n`,
	);
}

/** The share of frames that were not drawn in time while the element scrolls steadily. */
async function droppedFrames(page: Page, selector: string): Promise<number> {
	await page.bringToFront();
	return page.evaluate(
		({ selector: where, ms, px, frameMs }) =>
			new Promise<number>((resolve, reject) => {
				const element = document.querySelector(where);
				if (!element) return reject(new Error(`there is no ${where}`));
				element.scrollTop = 0;
				const begun = performance.now();
				let last = begun;
				let lost = 0;
				let drawn = 0;
				const frame = (now: number) => {
					lost += Math.max(0, Math.round((now - last) / frameMs) - 1);
					drawn += 1;
					last = now;
					element.scrollTop += px;
					if (now - begun < ms) requestAnimationFrame(frame);
					else resolve(lost / (lost + drawn));
				};
				requestAnimationFrame(frame);
			}),
		{ selector, ms: SCROLL_S * 1_000, px: SCROLL_PX, frameMs: FRAME_MS },
	);
}

await main();
