import { openConsole } from "@/server/console.ts";

export const dynamic = "force-dynamic";

/** The database answers and the engine runs. Needs no session and tells no more than that. */
export async function GET(): Promise<Response> {
	try {
		const { db, engine } = await openConsole();
		await db.meta.count();
		if (!engine.running) throw new Error("The engine does not run.");
		return Response.json({ ok: true }, { headers: { "cache-control": "no-store" } });
	} catch {
		return Response.json({ ok: false }, { status: 503, headers: { "cache-control": "no-store" } });
	}
}
