import { findProgram, KnownError, run } from "./command.mjs";

/**
 * A program that something needs, under any of several names, and the Debian package that brings it.
 * @typedef {{ programs: readonly string[], package: string }} Requirement
 */

/**
 * The requirements that this machine does not meet.
 * @param {readonly Requirement[]} requirements
 * @param {(names: readonly string[]) => string | undefined} find
 * @returns {Requirement[]}
 */
export function missing(requirements, find = findProgram) {
	return requirements.filter(({ programs }) => find(programs) === undefined);
}

/**
 * The sentence that says what to install.
 * @param {readonly Requirement[]} lacking
 */
export function advice(lacking) {
	const names = lacking.map(({ programs }) => programs[0]).join(", ");
	const packages = [...new Set(lacking.map((each) => each.package))].join(" ");
	return `Missing: ${names}. On Debian or Ubuntu: apt-get install ${packages}`;
}

/**
 * Installs what is missing when that is possible without asking anybody: as root, where apt-get is.
 * @param {readonly Requirement[]} requirements
 * @param {string} purpose why, for the line that is printed
 * @throws {KnownError} that says exactly what to install
 */
export async function ensure(requirements, purpose) {
	const lacking = missing(requirements);
	if (lacking.length === 0) return;
	if (process.getuid?.() !== 0 || !findProgram(["apt-get"])) throw new KnownError(`${advice(lacking)} (${purpose})`);
	const packages = [...new Set(lacking.map((each) => each.package))];
	process.stdout.write(`Installing ${packages.join(" ")} (${purpose})\n`);
	const options = { cwd: "/", env: { DEBIAN_FRONTEND: "noninteractive" } };
	// A list that cannot be refreshed may still be good enough; the installation itself decides.
	await run("apt-get", ["update", "-q"], { ...options, timeoutMs: 180_000 }).catch(() => undefined);
	await run("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...packages], { ...options, timeoutMs: 900_000 });
	const left = missing(requirements);
	if (left.length > 0) throw new KnownError(`${advice(left)} (${purpose})`);
}
