// No syntax newer than modules themselves: an old Node must be able to read this (see bootstrap.mjs).

/**
 * Why this Node cannot be used, or "" when it can.
 * @param {string} version such as "v20.19.2"
 * @param {string} range package.json's engines.node: ">=MAJOR.MINOR.PATCH <MAJOR"
 */
export function nodeProblem(version, range) {
	const bounds = /^>=((\d+\.\d+)\.\d+) <(\d+)$/.exec(range);
	if (!bounds) throw new Error(`package.json: engines.node is not of the form >=A.B.C <D but ${range}`);
	const [, least, shown, above] = bounds;
	const have = version.replace(/^v/, "");
	if (ordinal(have) >= ordinal(least) && ordinal(have) < ordinal(`${above}.0.0`)) return "";
	return `Gantry needs Node ${shown} to ${Number(above) - 1}; this is Node ${have}.
Install a supported Node with npm (see https://nodejs.org/en/download) and run the command again.`;
}

/**
 * A number that orders versions as their parts do.
 * @param {string | undefined} version
 */
function ordinal(version) {
	return String(version)
		.split(".")
		.reduce((sum, part) => sum * 1000 + Number.parseInt(part, 10), 0);
}
