import type { SshPool } from "../ssh/pool.ts";
import type { NodeSession } from "../ssh/session.ts";
import type { Credentials } from "./credentials.ts";

/** A session with a node by its id, as the engine and the probes use it: connects when used, by what is stored at that moment. */
export function sessionsOf(pool: Pick<SshPool, "session">, credentials: Pick<Credentials, "targetOf">): (nodeId: string) => NodeSession {
	return (nodeId) => pool.session(nodeId, () => credentials.targetOf(nodeId));
}
