"use client";

import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { buttonClass } from "@/components/ui/button.tsx";
import { BACKDROP } from "@/components/ui/dialog-looks.ts";
import { Brand } from "./brand.tsx";
import { Rail } from "./rail.tsx";

/** The way to every part of the console on a phone. */
export function Drawer({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
	const t = useTranslations("shell");
	return (
		<Dialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
			<Dialog.Portal>
				<Dialog.Backdrop className={BACKDROP} />
				<Dialog.Popup className="fixed inset-y-0 left-0 z-40 flex w-64 flex-col border-r bg-rail px-2.5 py-3 outline-hidden">
					<div className="mb-4 flex items-center justify-between">
						<Dialog.Title className="px-2.5">
							<Brand />
						</Dialog.Title>
						<Dialog.Close className={buttonClass({ variant: "ghost", size: "icon" })} aria-label={t("closeNavigation")}>
							<X aria-hidden="true" />
						</Dialog.Close>
					</div>
					<Rail onNavigate={() => onOpenChange(false)} />
				</Dialog.Popup>
			</Dialog.Portal>
		</Dialog.Root>
	);
}
