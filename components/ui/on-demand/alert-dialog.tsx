"use client";

import { AlertDialog as Base } from "@base-ui/react/alert-dialog";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "@/lib/class-names.ts";
import { Button, buttonClass } from "../button.tsx";
import { BACKDROP, POPUP } from "../dialog-looks.ts";

export interface AlertDialogProps {
	open: boolean;
	onOpenChange: (open: boolean) => void;
	/** The question: "Delete cluster Prod-03?" */
	title: ReactNode;
	/** What will happen, and whether it can be undone. */
	description: ReactNode;
	/** More to read or to fill in before the decision. */
	children?: ReactNode;
	/** The verb: "Delete cluster", never "OK". */
	confirmLabel: ReactNode;
	onConfirm: () => void;
	busy?: boolean;
	/** True until what the dialog asks for is given. */
	confirmDisabled?: boolean;
	/** False for a serious decision that destroys nothing. */
	destructive?: boolean;
	/** What has the focus once it is closed; by default what had it before, which a decision may have taken away. */
	finalFocus?: () => HTMLElement | null | true;
}

export function AlertDialog({
	open,
	onOpenChange,
	title,
	description,
	children,
	confirmLabel,
	onConfirm,
	busy = false,
	confirmDisabled = false,
	destructive = true,
	finalFocus,
}: AlertDialogProps) {
	const t = useTranslations("ui");
	return (
		<Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
			<Base.Portal>
				<Base.Backdrop className={BACKDROP} />
				<Base.Popup finalFocus={finalFocus} className={cn(POPUP, "max-w-128")}>
					<div className="min-h-0 overflow-y-auto px-4 py-4">
						<Base.Title className="font-semibold text-base">{title}</Base.Title>
						<Base.Description className="mt-1.5 text-muted-foreground text-sm">{description}</Base.Description>
						{children ? <div className="mt-3 flex flex-col gap-3">{children}</div> : null}
					</div>
					<div className="flex flex-wrap justify-end gap-2 border-t px-4 py-3">
						<Base.Close className={buttonClass({ variant: "outline" })}>{t("cancel")}</Base.Close>
						<Button variant={destructive ? "destructive" : "primary"} busy={busy} disabled={confirmDisabled} onClick={onConfirm}>
							{confirmLabel}
						</Button>
					</div>
				</Base.Popup>
			</Base.Portal>
		</Base.Root>
	);
}
