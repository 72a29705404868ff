export const dynamic = "force-dynamic";

/** The process answers: nothing more. Needs no session. */
export function GET(): Response {
	return Response.json({ ok: true }, { headers: { "cache-control": "no-store" } });
}
