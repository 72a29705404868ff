// Says whether real nodes can be brought up here, and fetches what they need if so. Exit status 3, with the reason on
// standard error, when they cannot.
import { kubernetesBinaries } from "../e2e/fleet/binaries.ts";
import { FleetError } from "../e2e/fleet/process.ts";
import { ensureRequirements } from "../e2e/fleet/requirements.ts";

const progress = (line: string) => process.stdout.write(`${line}\n`);

try {
	await ensureRequirements(progress);
	await kubernetesBinaries(progress);
} catch (error) {
	if (!(error instanceof FleetError)) throw error;
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 3;
}
