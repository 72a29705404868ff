"use client";

import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/class-names.ts";
import { DESTINATIONS, isCurrent } from "./navigation.ts";

/** The way to every part of the console. On a phone it lies in a drawer. */
export function Rail({ onNavigate }: { onNavigate?: () => void }) {
	const t = useTranslations("shell");
	const path = usePathname();
	const cluster = useSearchParams().get("cluster");
	return (
		<nav aria-label={t("navigation")}>
			<ul className="flex flex-col gap-0.5">
				{DESTINATIONS.map((destination) => {
					const here = isCurrent(destination, path);
					const query = destination.scoped && cluster ? `?cluster=${encodeURIComponent(cluster)}` : "";
					return (
						<li key={destination.href}>
							<Link
								href={`${destination.href}${query}`}
								onClick={onNavigate}
								aria-current={here ? "page" : undefined}
								className={cn(
									"flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm hover:bg-accent",
									here ? "bg-accent font-medium text-foreground" : "text-muted-foreground hover:text-foreground",
								)}
							>
								<destination.icon className="size-4 shrink-0" aria-hidden="true" />
								{t(destination.label)}
							</Link>
						</li>
					);
				})}
			</ul>
		</nav>
	);
}
