"use client";

import { useTranslations } from "next-intl";
import { toast } from "@/components/ui/toast.ts";
import { signOut } from "@/lib/session-client.ts";

/** Ends this browser's session; where that fails it says so. */
export function useSignOut(): () => Promise<void> {
	const t = useTranslations("shell");
	return async () => {
		// A full load: nothing that this person has read stays in the page.
		if (await signOut()) window.location.assign("/login");
		else toast.error(t("signOutFailed"));
	};
}
