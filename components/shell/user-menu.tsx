"use client";

import { Keyboard, LogOut, UserRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { buttonClass } from "@/components/ui/button.tsx";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu.tsx";
import { useSignOut } from "./use-sign-out.ts";

export interface SignedIn {
	name: string;
	email: string;
}

export function UserMenu({ person, onHelp }: { person: SignedIn; onHelp: () => void }) {
	const t = useTranslations("shell");
	const signOut = useSignOut();
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
			<MenuItem onSelect={onHelp}>
				<Keyboard aria-hidden="true" />
				{t("helpTitle")}
			</MenuItem>
			<MenuItem onSelect={() => void signOut()}>
				<LogOut aria-hidden="true" />
				{t("signOut")}
			</MenuItem>
		</Menu>
	);
}
