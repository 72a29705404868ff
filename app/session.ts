import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { openConsole } from "@/server/console.ts";

/** Who is signed in; null where nobody is. Once per request, however many components ask. */
export const currentSession = cache(async () => {
	const { auth } = await openConsole();
	return auth.api.getSession({ headers: await headers() });
});

/** Who is signed in; whoever is not goes to the sign-in page. Every page of the console asks this. */
export async function requireSession() {
	const session = await currentSession();
	if (!session) redirect("/login");
	return session;
}
