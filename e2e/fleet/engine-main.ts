/** A process that is an engine and nothing else: `engine-main.ts FLEET FOLDER`. It does what it is asked by messages, until it is killed. */
import { engineHarness } from "./engine-harness.ts";
import type { Answer, Request } from "./engine-process.ts";
import { attach } from "./fleet.ts";

const [fleetName = "", folder = ""] = process.argv.slice(2);
const harness = await engineHarness(await attach(fleetName), { folder });
const answer = (message: Answer) => process.send?.(message);

async function serve(request: Request): Promise<string> {
	switch (request.do) {
		case "draft":
			return harness.draft(request.names, "migrate", request.policy);
		case "start":
			await harness.engine.change.start(request.migrationId, "tester");
			return "";
		default:
			return request satisfies never;
	}
}

process.on("message", (request: Request) => {
	serve(request).then(
		(value) => answer({ id: request.id, value }),
		(error: unknown) => answer({ id: request.id, error: String(error instanceof Error ? error.stack : error) }),
	);
});
// The test that began it is gone.
process.on("disconnect", () => process.exit(0));
answer({ id: 0, value: "ready" });
