import type { NodeSession } from "../ssh/session.ts";
import { nodeScript, runScript } from "./script.ts";

/** What systemd says of each unit now (`active`, `activating`, `inactive`, `failed`, …), by its name; "" where it does not answer. Throws RemoteError, SshError. */
export async function readUnitStates(
	session: NodeSession,
	units: readonly string[],
	{ timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
): Promise<ReadonlyMap<string, string>> {
	const script = nodeScript(
		{ units: units.join(" ") },
		String.raw`
for unit in $units; do active_state "$unit"; say "value $unit $STATE"; done
`,
	);
	const reply = await runScript(session, script, { timeoutMs, ...(signal ? { signal } : {}) });
	const said = new Map(reply.pairs("value"));
	return new Map(units.map((unit) => [unit, said.get(unit) ?? ""]));
}
