import type { Browser, BrowserContext, LaunchOptions } from "@playwright/test";
import { chromium, test } from "@playwright/test";
import { ConsoleProcess } from "../../console/console-process.ts";
import { CuttingProxy } from "../../console/cutting-proxy.ts";
import { freePort } from "../../console/free-port.ts";

const NAME = "console.test";

/**
 * A console that a browser opens by a name over plain HTTP, as people do: there a browser offers less than on the loopback address. A
 * proxy stands between them, which counts the event streams and cuts them after so many bytes each.
 */
export class NamedConsole {
	private constructor(
		readonly console: ConsoleProcess,
		readonly proxy: CuttingProxy,
		readonly browser: Browser,
		readonly url: string,
	) {}

	static async start(launchOptions: LaunchOptions, after: readonly number[] = []): Promise<NamedConsole> {
		const port = await freePort();
		const url = `http://${NAME}:${port}`;
		const console = await ConsoleProcess.start({ origins: [url] });
		const proxy = await CuttingProxy.start({ port, target: console.port, after });
		const args = [...(launchOptions.args ?? []), `--host-resolver-rules=MAP ${NAME} 127.0.0.1`];
		return new NamedConsole(console, proxy, await chromium.launch({ ...launchOptions, args }), url);
	}

	/** A browser profile that is signed in. */
	async profile(): Promise<BrowserContext> {
		const { url, email, password } = this.console;
		const headers = { origin: this.url, "content-type": "application/json" };
		const answer = await fetch(`${url}/api/auth/sign-in/email`, { method: "POST", headers, body: JSON.stringify({ email, password }) });
		if (!answer.ok) throw new Error(`sign-in was refused: ${answer.status} ${await answer.text()}`);
		const context = await this.browser.newContext({ locale: "en-US", timezoneId: "UTC", baseURL: this.url });
		for (const cookie of answer.headers.getSetCookie()) {
			const [name = "", value = ""] = cookie.split(/[=;]/);
			await context.addCookies([{ name, value, url: this.url }]);
		}
		return context;
	}

	async close(): Promise<void> {
		await this.browser.close();
		await this.proxy.close();
		await test.info().attach("console.log", { body: await this.console.log(), contentType: "text/plain" });
		await this.console.close();
	}
}
