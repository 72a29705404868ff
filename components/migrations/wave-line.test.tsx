import { NextIntlClientProvider } from "next-intl";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it, vi } from "vitest";
import { policySchema } from "@/lib/contracts/plan.ts";
import type { MigrationState } from "@/lib/contracts/run.ts";
import { migrationView } from "@/lib/testing/migration-view.ts";
import { runView } from "@/lib/testing/run-view.ts";
import { MESSAGES } from "@/messages/catalogue.ts";
import { WaveLine } from "./wave-line.tsx";

// Its clock comes with the live stream, which no test has.
vi.mock("@/components/runs/server-clock.ts", () => ({ useServerNow: () => Date.parse("2026-01-01T00:10:00Z") }));

const policy = policySchema.parse({ rollout: { batchSize: 2 } });
const runs = (["cutover", "queued", "queued"] as const).map((state, position) =>
	runView({ id: `r${position}`, nodeId: `n${position}`, nodeName: `node${position}`, state, position }),
);

/** What is read of the wave in which a migration stands, and its sign. */
function current(state: MigrationState): { text: string; spins: boolean; pause: boolean } {
	const page = (
		<NextIntlClientProvider locale="en" messages={MESSAGES.en} timeZone="UTC">
			<WaveLine detail={{ migration: migrationView({ policy, state }), runs }} />
		</NextIntlClientProvider>
	);
	const [, item = ""] = /<span aria-current="step"[^>]*>(.*?)<\/li>/.exec(renderToStaticMarkup(page)) ?? [];
	return { text: item.replaceAll(/<[^>]*>/g, ""), spins: item.includes("loader-circle"), pause: item.includes("circle-pause") };
}

it("says in words and by its sign where a migration is paused or held", () => {
	expect(current("running")).toEqual({ text: "batch 1 0/2", spins: true, pause: false });
	expect(current("paused")).toEqual({ text: "batch 1 0/2 · paused", spins: false, pause: true });
	expect(current("held")).toEqual({ text: "batch 1 0/2 · held", spins: false, pause: true });
});
