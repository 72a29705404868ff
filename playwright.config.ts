import { defineConfig } from "@playwright/test";

const BROWSER_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const QUIET_ARGS = ["--disable-component-update", "--disable-sync"];

/**
 * Browser tests in a Chromium that the system brings. demo: on simulated nodes. scale: on two hundred of them. screens: every page
 * beside its picture in docs/screens. fleet: on real ones; it brings them up first and takes
 * them down last, unless GANTRY_FLEET names some that are up.
 */
export default defineConfig({
	testDir: "e2e/specs",
	outputDir: "test-results",
	workers: 1,
	retries: 0,
	forbidOnly: true,
	timeout: 180_000,
	expect: { timeout: 30_000 },
	reporter: "list",
	use: {
		locale: "en-US",
		viewport: { width: 1440, height: 900 },
		// Drawn without a graphics card, a glyph that pulses costs half a core for as long as it does.
		contextOptions: { reducedMotion: "reduce" },
		// A tenth of the time, for what nobody takes from a machine that only prints.
		trace: process.env.CI ? "off" : "retain-on-failure",
		screenshot: "only-on-failure",
		launchOptions: {
			executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
			args: [...BROWSER_ARGS, ...QUIET_ARGS],
		},
	},
	projects: [
		{ name: "demo", testMatch: "demo/*.spec.ts" },
		{
			name: "screens",
			testMatch: "screens/*.spec.ts",
			snapshotPathTemplate: "docs/screens/{arg}{ext}",
			// Times, lengths of time and ids differ from run to run; a part that moves or a colour that changes is more than this.
			expect: { timeout: 30_000, toHaveScreenshot: { maxDiffPixelRatio: 0.02 } },
		},
		{ name: "scale", testMatch: "scale/*.spec.ts" },
		{ name: "fleet-up", testMatch: "fleet/up.setup.ts", teardown: "fleet-down", timeout: 600_000 },
		{ name: "fleet-down", testMatch: "fleet/down.setup.ts" },
		{ name: "fleet", testMatch: "fleet/*.spec.ts", dependencies: ["fleet-up"] },
	],
});
