import { describe, expect, it } from "vitest";
import { RuntimeError, type SyntaxRuntimeError } from "../errors.ts";
import { CONTAINERD_CONFIG_FIXTURES, type ContainerdConfigFixture, STANDARD_SETTINGS } from "../fixtures/containerd-configs.ts";
import { planContainerdConfig } from "./plan.ts";

const settings = { ...STANDARD_SETTINGS, cniBinDirs: [...STANDARD_SETTINGS.cniBinDirs] };
/** A daemon that reads the file: the newest that lab and field have of the fixture's range. */
const daemonOf = ({ from = [1, 4], below }: ContainerdConfigFixture) =>
	below && below[0] <= 2 ? "1.7.24" : from[0] === 2 ? "2.1.9" : "1.7.24";

describe("containerd's file in the field", () => {
	it.each(CONTAINERD_CONFIG_FIXTURES.map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
		const plan = (text: string | null) => planContainerdConfig({ text, daemonVersion: daemonOf(fixture), settings });
		if ("code" in fixture.expected) {
			const { code, line, column } = fixture.expected;
			let thrown: unknown;
			try {
				plan(fixture.text);
			} catch (error) {
				thrown = error;
			}
			expect(thrown).toBeInstanceOf(RuntimeError);
			expect((thrown as RuntimeError).code).toBe(code);
			if (line !== undefined) {
				const { line: foundLine, column: foundColumn } = thrown as SyntaxRuntimeError;
				expect([foundLine, foundColumn]).toEqual([line, column]);
			}
			return;
		}
		const planned = plan(fixture.text);
		expect(planned.intended.map(({ key, to }) => `${key} = ${to ?? "(gone)"}`)).toEqual(fixture.expected);
		// Planned again it stays as it is, and its lines end as before.
		expect(plan(planned.text)).toMatchObject({ text: planned.text, intended: [] });
		if (fixture.text?.includes("\r\n")) expect(planned.text.replaceAll("\r\n", "")).not.toContain("\n");
		// Every line that says nothing of a planned key is there as it was, in its order.
		const meant = [...planned.intended.map(({ key }) => key.split(".").at(-1) ?? ""), "plugins.cri", "plugins.linux", "io.containerd"];
		const foreign = (fixture.text ?? "").split("\n").filter((line) => !meant.some((word) => line.includes(word)));
		expect(inOrder(foreign, planned.text.split("\n"))).toEqual([]);
	});
});

/** The first line that is not found behind those before it; empty where all are. */
function inOrder(lines: readonly string[], text: readonly string[]): string[] {
	let at = 0;
	for (const line of lines) {
		const found = text.indexOf(line, at);
		if (found === -1) return [line];
		at = found + 1;
	}
	return [];
}
