"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode, RefObject } from "react";
import { cn } from "@/lib/class-names.ts";
import { buttonClass } from "../button.tsx";
import { BACKDROP, POPUP } from "../dialog-looks.ts";

export interface DialogProps {
	open: boolean;
	onOpenChange: (open: boolean) => void;
	title: ReactNode;
	description?: ReactNode;
	children: ReactNode;
	/** Buttons, the safe one first. */
	footer?: ReactNode;
	/** Width: sm 26 rem, md 36 rem, lg 56 rem. */
	size?: "sm" | "md" | "lg";
	/** False while a form holds what a stray press outside would lose. */
	dismissible?: boolean;
	/** What has the focus first; by default the first that takes it. */
	initialFocus?: RefObject<HTMLElement | null>;
}

const WIDTHS = { sm: "max-w-104", md: "max-w-144", lg: "max-w-224" } as const;

export function Dialog({
	open,
	onOpenChange,
	title,
	description,
	children,
	footer,
	size = "md",
	dismissible = true,
	initialFocus,
}: DialogProps) {
	const t = useTranslations("ui");
	return (
		<Base.Root open={open} onOpenChange={(next) => onOpenChange(next)} disablePointerDismissal={!dismissible}>
			<Base.Portal>
				<Base.Backdrop className={BACKDROP} />
				<Base.Popup initialFocus={initialFocus} className={cn(POPUP, WIDTHS[size])}>
					<div className="flex items-start gap-3 border-b px-4 py-3">
						<div className="min-w-0 flex-1">
							<Base.Title className="font-semibold text-base">{title}</Base.Title>
							{description ? <Base.Description className="mt-0.5 text-muted-foreground text-sm">{description}</Base.Description> : null}
						</div>
						<Base.Close className={buttonClass({ variant: "ghost", size: "icon-sm" })} aria-label={t("close")}>
							<X aria-hidden="true" />
						</Base.Close>
					</div>
					<div className="min-h-0 flex-1 overflow-y-auto px-4 py-4">{children}</div>
					{footer ? <div className="flex flex-wrap justify-end gap-2 border-t px-4 py-3">{footer}</div> : null}
				</Base.Popup>
			</Base.Portal>
		</Base.Root>
	);
}
