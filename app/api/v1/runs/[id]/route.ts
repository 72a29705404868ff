import { runDetailSchema } from "@/lib/contracts/run-detail.ts";
import { runDetail } from "@/server/engine/history.ts";
import { idParams } from "@/server/http/parameters.ts";
import { HttpError } from "@/server/http/problem.ts";
import { route } from "@/server/http/route.ts";
import { shownRun } from "@/server/http/shown-record.ts";

export const GET = route({ params: idParams, answer: runDetailSchema }, async ({ console, params }) => {
	const detail = await runDetail(console.db, params.id);
	if (!detail) throw new HttpError(404, "run.not-found", { run: params.id });
	return shownRun(detail);
});
