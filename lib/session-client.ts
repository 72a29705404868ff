/** How a sign-in ended. `status` of an answer that we have no sentence for. */
export type SignIn = { kind: "ok" } | { kind: "wrong" | "too-many" | "origin" | "offline" } | { kind: "failed"; status: number };

/** Signs in by better-auth's own route; the session is a cookie that scripts cannot read. */
export async function signIn(email: string, password: string): Promise<SignIn> {
	const response = await post("/api/auth/sign-in/email", { email, password });
	if (response === null) return { kind: "offline" };
	if (response.ok) return { kind: "ok" };
	switch (response.status) {
		case 400:
		case 401:
		case 422:
			return { kind: "wrong" };
		case 403:
			return { kind: "origin" };
		case 429:
			return { kind: "too-many" };
		default:
			return { kind: "failed", status: response.status };
	}
}

/** True once the server has ended the session. */
export async function signOut(): Promise<boolean> {
	const response = await post("/api/auth/sign-out", {});
	return response?.ok === true || response?.status === 401;
}

/** How changing one's own password ended: "wrong" where the current one is, "short" where the new one is, "same" where it is no other. */
export type PasswordChange =
	| { kind: "ok" }
	| { kind: "wrong" | "same" | "short" | "long" | "signed-out" | "too-many" | "origin" | "offline" }
	| { kind: "failed"; status: number };

const REFUSALS: Readonly<Record<string, "wrong" | "same" | "short" | "long">> = {
	INVALID_PASSWORD: "wrong",
	PASSWORD_SAME: "same",
	PASSWORD_TOO_SHORT: "short",
	PASSWORD_TOO_LONG: "long",
};

/** Changes the password of whoever is signed in; `endOthers` signs them out everywhere but here. */
export async function changePassword(currentPassword: string, newPassword: string, endOthers: boolean): Promise<PasswordChange> {
	return outcome(await post("/api/auth/change-password", { currentPassword, newPassword, revokeOtherSessions: endOthers }));
}

/** Signs whoever is signed in out everywhere but here. */
export async function endOtherSessions(): Promise<PasswordChange> {
	return outcome(await post("/api/auth/revoke-other-sessions", {}));
}

async function outcome(response: Response | null): Promise<PasswordChange> {
	if (response === null) return { kind: "offline" };
	if (response.ok) return { kind: "ok" };
	const body: unknown = await response.json().catch(() => null);
	const code = typeof body === "object" && body !== null && "code" in body ? String(body.code) : "";
	const refusal = REFUSALS[code];
	if (refusal) return { kind: refusal };
	if (response.status === 401) return { kind: "signed-out" };
	if (response.status === 403) return { kind: "origin" };
	if (response.status === 429) return { kind: "too-many" };
	return { kind: "failed", status: response.status };
}

async function post(path: string, body: unknown): Promise<Response | null> {
	try {
		return await fetch(path, {
			method: "POST",
			credentials: "same-origin",
			headers: { "content-type": "application/json" },
			body: JSON.stringify(body),
		});
	} catch {
		return null;
	}
}

/** Leads to the sign-in page and back from there. A full load: nothing that the person before has read stays in the page. */
export function goToSignIn(): void {
	const { pathname, search } = window.location;
	if (pathname !== "/login") window.location.assign(`/login?next=${encodeURIComponent(pathname + search)}`);
}

/** Where to go after signing in: an address of ours, never one that leads elsewhere. */
export function safeNext(next: string | null | undefined): string {
	if (!next?.startsWith("/") || next.startsWith("//") || /[\\\p{Cc}]/u.test(next)) return "/";
	return next;
}
