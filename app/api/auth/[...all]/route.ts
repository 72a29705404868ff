import { openConsole } from "@/server/console.ts";
import { authAnswer } from "@/server/http/auth-answers.ts";

async function handle(request: Request): Promise<Response> {
	return authAnswer(await openConsole(), request);
}

export { handle as GET, handle as POST };
