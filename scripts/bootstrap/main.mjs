import { generateClient } from "./generate.mjs";
import { installDependencies } from "./install.mjs";

/**
 * Brings the checkout at `root` to where every npm script works: dependencies as locked, Prisma's client as the schema.
 * @param {string} root absolute path, ending in a slash
 */
export async function bootstrap(root) {
	await installDependencies(root);
	await generateClient(root);
}
