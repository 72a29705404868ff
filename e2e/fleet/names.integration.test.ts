import fc from "fast-check";
import { expect, it } from "vitest";
import { fleetNames, machineName } from "./names.ts";
import { FleetError, quote, run } from "./process.ts";

it("keeps every link's name within the kernel's 15 characters, with the fleet's name in it", () => {
	const name = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);
	fc.assert(
		fc.property(name, fc.integer({ min: 1, max: 99 }), (fleet, index) => {
			for (const link of [fleetNames(fleet).bridge, `vb-${machineName(fleet, index)}`]) {
				expect(link.length).toBeLessThanOrEqual(15);
				expect(link).toContain(fleet);
			}
		}),
	);
});

it.each(["", "Fleet", "8x", "a-b", "../x", "eightchr"])("refuses the name %j", (name) => {
	expect(() => fleetNames(name)).toThrow(FleetError);
});

it("quotes a word for a shell", async () => {
	for (const word of ["", "a b", "it's", '$(id) `id` \\ "x"\n!']) {
		expect((await run("/bin/sh", ["-c", `printf %s ${quote(word)}`])).stdout).toBe(word);
	}
});

it("kills what exceeds its time, and says so", async () => {
	await expect(run("sleep", ["60"], { timeoutMs: 50 })).rejects.toMatchObject({ code: "fleet.timeout" });
});
