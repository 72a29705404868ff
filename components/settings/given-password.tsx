"use client";

import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button.tsx";
import { Copyable } from "@/components/ui/copyable.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";

/** A password that was made up for somebody, to be handed over. */
export interface GivenPassword {
	email: string;
	password: string;
}

/** Shows it this once. It closes by its own button alone: a stray press outside would lose it. */
export function GivenPasswordDialog({ given, onClose }: { given: GivenPassword | null; onClose: () => void }) {
	const t = useTranslations("settings");
	return (
		<Dialog
			open={given !== null}
			onOpenChange={(open) => !open && onClose()}
			title={t("people.passwordTitle", { email: given?.email ?? "" })}
			description={t("people.passwordText")}
			dismissible={false}
			size="sm"
			footer={
				<Button variant="primary" onClick={onClose}>
					{t("people.passwordDone")}
				</Button>
			}
		>
			<p data-given-password="">
				{given ? <Copyable text={given.password} label={t("people.copyPassword")} className="text-base" /> : null}
			</p>
		</Dialog>
	);
}
