import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { must } from "./process.ts";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));

/** A tar of what a clone of this checkout would hold: the files that git knows, as they are now. */
export async function checkoutArchive(): Promise<Buffer> {
	const folder = await mkdtemp(join(tmpdir(), "gantry-checkout-"));
	const tar = join(folder, "checkout.tar");
	try {
		const known = await must("git", ["ls-files", "-z"], { cwd: CHECKOUT });
		const deleted = new Set((await must("git", ["ls-files", "-z", "--deleted"], { cwd: CHECKOUT })).split("\0"));
		const files = known.split("\0").filter((file) => file !== "" && !deleted.has(file));
		await must("tar", ["-cf", tar, "--null", "--verbatim-files-from", "--files-from=-"], { cwd: CHECKOUT, input: files.join("\0") });
		return await readFile(tar);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
