"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { EventsList } from "@/components/runs/events-list.tsx";
import { ScrollWhenNeeded } from "@/components/ui/scroll-when-needed.tsx";
import type { RunEventView } from "@/lib/contracts/run.ts";

/** All events of a migration, folded; thousands of rows are drawn only for whoever opens them. */
export function EventsDrawer({ events }: { events: readonly RunEventView[] }) {
	const t = useTranslations("migration");
	const [open, setOpen] = useState(false);
	const title = t("events", { count: events.length });
	return (
		<details className="rounded-lg border bg-card px-4 py-2.5" onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary className="cursor-pointer font-medium">{title}</summary>
			{open ? (
				<ScrollWhenNeeded label={title} className="mt-2 max-h-96 overflow-y-auto">
					<EventsList events={events} withNode />
				</ScrollWhenNeeded>
			) : null}
		</details>
	);
}
