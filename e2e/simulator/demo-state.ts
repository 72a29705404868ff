import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { newServerCertificate } from "./cluster/certificates.ts";
import { newKeyPair } from "./ssh/keys.ts";

const keyPairSchema = z.object({ privateKey: z.string(), algorithm: z.string(), keyBase64: z.string() });
const clusterSecretsSchema = z.object({
	token: z.string(),
	authority: z.string(),
	server: z.object({ certificate: z.string(), key: z.string() }),
	/** The key that people sign in with. */
	clientKey: keyPairSchema,
	/** By the node's name. */
	hostKeys: z.record(z.string(), keyPairSchema),
});
export type ClusterSecrets = z.infer<typeof clusterSecretsSchema>;

/**
 * Keys and certificates of one simulated cluster: made at the first start and kept in `stateDir`, so that a console that knows
 * the cluster still reaches it after a restart. None of them protects anything but a simulation on loopback.
 */
export function clusterSecrets(stateDir: string, cluster: string, address: string, nodes: readonly string[]): ClusterSecrets {
	const path = join(stateDir, `${cluster}.json`);
	const known = read(path);
	const kept = known && /^-----BEGIN/.test(known.authority) ? known : undefined;
	const { authority, server } = kept ?? newServerCertificate(`${cluster}-ca`, [address, "127.0.0.1", "localhost", "kubernetes"]);
	const hostKeys = Object.fromEntries(nodes.map((name) => [name, kept?.hostKeys[name] ?? newKeyPair(`root@${name}`)]));
	const secrets: ClusterSecrets = {
		token: kept?.token ?? randomBytes(24).toString("hex"),
		authority,
		server,
		clientKey: kept?.clientKey ?? newKeyPair(`gantry@${cluster}`),
		hostKeys,
	};
	mkdirSync(stateDir, { recursive: true, mode: 0o700 });
	writeFileSync(path, JSON.stringify(secrets), { mode: 0o600 });
	return secrets;
}

function read(path: string): ClusterSecrets | undefined {
	let text: string;
	try {
		text = readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
	const parsed = clusterSecretsSchema.safeParse(JSON.parse(text));
	return parsed.success ? parsed.data : undefined;
}
