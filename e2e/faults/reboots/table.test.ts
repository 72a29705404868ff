import { expect, it } from "vitest";
import { type RebootCase, SHOCKS } from "./matrix.ts";
import { rebootTable } from "./table.ts";

const of = (step: string, mustEndOn: RebootCase["mustEndOn"]): RebootCase[] =>
	SHOCKS.map((fault) => {
		const moment = { step, edge: "end" } as const;
		return { scenario: "migrate", moment, mustEndOn, given: { seed: 1, fault, scenario: "migrate", shape: "bookworm", moment } };
	});

it("has a row for each boundary, with what was not run and what was broken", () => {
	const cases = [...of("evict", null), ...of("stop-docker", "docker"), ...of("commit", "containerd")];
	const [evict, , reboot, cut, commit] = cases as [RebootCase, RebootCase, RebootCase, RebootCase, RebootCase];
	const rows = rebootTable(cases, [
		{ tried: evict, endedOn: "containerd", broken: [], lastedS: 1 },
		{ tried: reboot, endedOn: "docker", broken: [], lastedS: 1 },
		{ tried: cut, endedOn: "docker", broken: ["file /etc/a: 1 became 2"], lastedS: 1 },
		{ tried: commit, endedOn: "containerd", broken: [], lastedS: 1 },
	]).split("\n");
	expect(rows.slice(2)).toEqual([
		"| migrate | `end evict` | either | containerd, Ready | unchanged | – | – |",
		"| migrate | `end stop-docker` | Docker | Docker, Ready | unchanged | **broken** | – |",
		"| migrate | `end commit` | containerd | containerd, Ready | unchanged | – | – |",
	]);
});
