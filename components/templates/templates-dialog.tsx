"use client";

import { Bookmark } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { TemplateList } from "./template-list.tsx";

/** A button to the list of templates, where each can be looked into, renamed and deleted. */
export function TemplatesDialog() {
	const t = useTranslations("templates");
	const [open, setOpen] = useState(false);
	return (
		<>
			<Button onClick={() => setOpen(true)}>
				<Bookmark aria-hidden="true" />
				{t("manage")}
			</Button>
			<Dialog open={open} onOpenChange={setOpen} title={t("title")} description={t("text")}>
				<TemplateList />
			</Dialog>
		</>
	);
}
