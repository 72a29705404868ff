"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { api } from "@/lib/api-client.ts";
import { useStream } from "./live.tsx";

/** Where the console was started anew as another version, under a page of the one before: what it answers may be more than the page knows. */
export function VersionBanner({ version }: { version: string }) {
	const t = useTranslations("shell");
	const stream = useStream();
	const [now, setNow] = useState(version);
	useEffect(
		() =>
			stream.onRecovered(() => {
				void api.me().then(
					(me) => setNow(me.version),
					() => undefined,
				);
			}),
		[stream],
	);
	if (now === version) return null;
	return (
		<div role="alert" className="flex flex-wrap items-center gap-2 border-b bg-warning-soft px-4 py-1.5 text-sm text-warning">
			{t("updated", { version: now })}
			<Button size="sm" onClick={() => window.location.reload()}>
				{t("reload")}
			</Button>
		</div>
	);
}
