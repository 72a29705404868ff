import type { Db } from "../db/client.ts";
import { CRI_SOCKET } from "../runtime/kubelet/cri-socket.ts";

/** More attempts than anybody makes: a damaged chain ends here and not never. */
const LONGEST_CHAIN = 100;

/**
 * For a rollback: kubeadm's cri-socket annotation as it was before the migration that it goes back from, also where the rollback
 * is a further attempt. Null where the node had none, or had no API.
 */
export async function originalAnnotation(db: Db, runId: string): Promise<string | null> {
	let id: string | null = runId;
	for (let link = 0; id !== null && link < LONGEST_CHAIN; link++) {
		const run: { direction: string; previousId: string | null; before: unknown } | null = await db.run.findUnique({
			where: { id },
			select: { direction: true, previousId: true, before: true },
		});
		if (run?.direction === "migrate") {
			const before = run.before as { annotations?: Record<string, string> } | null;
			return before?.annotations?.[CRI_SOCKET] ?? null;
		}
		id = run?.previousId ?? null;
	}
	return null;
}
