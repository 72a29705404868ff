"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { TakenBack as Taken } from "@/lib/way-back.ts";

/** Named one by one; of the rest how many nodes they are. */
const MOST = 3;

/** In the place of a button that could not be pressed for these nodes: the migrations that take them back, or have. */
export function TakenBack({ taken }: { taken: readonly Taken[] }) {
	const t = useTranslations("migration");
	const rest = taken.slice(MOST).reduce((sum, { count }) => sum + count, 0);
	return (
		<ul className="flex flex-col text-sm">
			{taken.slice(0, MOST).map(({ migrationId, over, count }) => (
				<li key={`${migrationId} ${over}`}>
					<Link className="underline" href={`/migrations/${migrationId}`}>
						{t(over ? "goneBack" : "goingBack", { count })}
					</Link>
				</li>
			))}
			{rest > 0 ? <li className="text-muted-foreground">{t("goneBackMore", { count: rest })}</li> : null}
		</ul>
	);
}
