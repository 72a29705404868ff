"use client";

import Link from "next/link";
import type { AuditEventView } from "@/lib/contracts/audit-page.ts";

const PAGES: Record<string, string> = { cluster: "/clusters", node: "/nodes", migration: "/migrations", run: "/runs" };

/** What it was done to, as a link to its page where there is one. */
export function AuditObject({ event }: { event: Pick<AuditEventView, "action" | "targetKind" | "targetId" | "targetName"> }) {
	const page = event.targetKind ? PAGES[event.targetKind] : undefined;
	const name = event.targetName || event.targetId || "–";
	if (!page || !event.targetId || event.action === `${event.targetKind}.delete`) return name;
	return (
		<Link href={`${page}/${encodeURIComponent(event.targetId)}`} className="text-info hover:underline">
			{name}
		</Link>
	);
}
