import { MigrationChangeError } from "../../../server/engine/change-error.ts";
import type { PersonHands } from "../world.ts";
import type { Stage } from "./stage.ts";

const NAME = "ann";

/** A person at whatever console runs. What is refused by name, because the migration is elsewhere by now, is an answer and no failure. */
export function personHands(stage: Stage, migrationId: string): PersonHands {
	const press = async (button: () => Promise<unknown>) => {
		try {
			await button();
		} catch (error) {
			if (!(error instanceof MigrationChangeError)) throw error;
		}
	};
	const change = () => stage.console.engine.change;
	return {
		cancel: () => press(() => change().cancel(migrationId, NAME)),
		pause: () => press(() => change().pause(migrationId, NAME)),
		resume: () => press(() => change().resume(migrationId, NAME)),
		retry: () =>
			press(() => {
				const { change: buttons, planning } = stage.console.engine;
				return buttons.tryAgain(migrationId, "failed", NAME, (run) => planning.again(migrationId, run));
			}),
	};
}
