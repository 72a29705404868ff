import type { Facts, UnitFact } from "../../lib/contracts/facts.ts";
import type { FileChange } from "../../lib/contracts/plan.ts";
import { DOCKER_OFF_FILE } from "./layout.ts";
import { newFile } from "./new-file.ts";

/** Docker's units that this host has, in the order in which they stop: each socket before its service, cri-dockerd before Docker. */
export function dockerUnits(facts: Facts): string[] {
	const { criDockerSocket, criDockerService, socket, service } = facts.docker;
	return [criDockerSocket, criDockerService, socket, service]
		.filter((unit: UnitFact) => unit.loadState === "loaded")
		.map((unit) => unit.name);
}

/**
 * The drop-in that keeps a unit from starting while docker-off exists (safety rule 6). `mask` fails where the unit file
 * lies in /etc, and a disabled docker.service comes back through docker.socket.
 */
export function dockerOffDropIn(unit: string): FileChange {
	const path = `/etc/systemd/system/${unit}.d/50-gantry.conf`;
	const text = `# Written by Gantry: while ${DOCKER_OFF_FILE} exists, ${unit} does not start.\n[Unit]\nConditionPathExists=!${DOCKER_OFF_FILE}\n`;
	return newFile(path, text, [{ key: `${unit} ConditionPathExists`, from: null, to: `!${DOCKER_OFF_FILE}` }]);
}

/** True where an earlier run has put that drop-in there. */
export function hasDropIn({ docker }: Facts, unit: string): boolean {
	const all = [docker.service, docker.socket, docker.criDockerService, docker.criDockerSocket];
	const { path } = dockerOffDropIn(unit);
	return all.some(({ dropInPaths }) => dropInPaths.includes(path));
}
