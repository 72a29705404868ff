"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { StatusGlyph } from "@/components/ui/status-glyph.tsx";
import type { AttentionItem } from "@/lib/contracts/attention.ts";

interface AttentionListProps {
	items: readonly AttentionItem[];
	onOpen?: () => void;
}

/** Each thing that needs a person, as a link to where it is done. */
export function AttentionList({ items, onOpen }: AttentionListProps) {
	const t = useTranslations("overview");
	if (items.length === 0) return <StatusGlyph kind="ok" label={t("attentionNone")} />;
	return (
		<ul className="flex flex-col gap-1.5">
			{items.map((item) => (
				<li key={item.key} data-attention={item.code}>
					<Link href={item.href} onClick={onOpen} className="rounded hover:underline">
						<StatusGlyph kind={item.kind} label={t(`needs.${item.code}`, item.values)} className="whitespace-normal" />
					</Link>
				</li>
			))}
		</ul>
	);
}
