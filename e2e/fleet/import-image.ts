import { createReadStream } from "node:fs";
import type { FleetImage } from "./images.ts";
import type { FleetNode } from "./node.ts";
import { quote } from "./process.ts";

/** Gives the image to the node's Docker. */
export async function importImage(node: FleetNode, image: FleetImage, timeoutMs = 60_000): Promise<void> {
	const changes = image.changes.flatMap((change) => ["--change", change]);
	const words = ["docker", "import", ...changes, "-", image.name];
	await node.must(words.map(quote).join(" "), { input: createReadStream(image.tar), timeoutMs });
}
