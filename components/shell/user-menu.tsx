"use client";

import { LogOut, UserRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { buttonClass } from "@/components/ui/button.tsx";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu.tsx";
import { signOut } from "@/lib/session-client.ts";

export interface SignedIn {
	name: string;
	email: string;
}

export function UserMenu({ person }: { person: SignedIn }) {
	const t = useTranslations("shell");
	return (
		<Menu
			trigger={
				<button type="button" className={buttonClass({ variant: "ghost", size: "icon" })} aria-label={t("account", { name: person.name })}>
					<UserRound aria-hidden="true" />
				</button>
			}
		>
			<p className="px-2 py-1 text-muted-foreground text-xs">{t("signedInAs", { email: person.email })}</p>
			<MenuSeparator />
			<MenuItem
				onSelect={async () => {
					// A full load: nothing that this person has read stays in the page.
					if (await signOut()) window.location.assign("/login");
					else toast.error(t("signOutFailed"));
				}}
			>
				<LogOut aria-hidden="true" />
				{t("signOut")}
			</MenuItem>
		</Menu>
	);
}
