"use client";

import { useLocale, useTranslations } from "next-intl";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { Plan } from "@/lib/contracts/plan.ts";
import { formatBytes, formatDuration } from "@/lib/format.ts";
import { imagesToCarry } from "@/lib/images-to-carry.ts";

/** Images that containerd must have, which of them are carried over from Docker, and about how long that takes. */
export function ImagesTable({ images }: { images: Plan["images"] }) {
	const t = useTranslations("run");
	const locale = useLocale();
	if (images.length === 0) return <p className="text-muted-foreground text-sm">{t("noImages")}</p>;
	const carried = imagesToCarry(images);
	return (
		<Table aria-label={t("images")}>
			<THead>
				<Tr>
					<Th>{t("image")}</Th>
					<Th className="text-right">{t("size")}</Th>
				</Tr>
			</THead>
			<TBody>
				{images.map((image) => (
					<Tr key={image.name}>
						<Td className="break-all font-mono text-xs">{image.name}</Td>
						<Td className="whitespace-nowrap text-right font-mono text-xs">
							{image.present ? t("imagePresent") : formatBytes(image.sizeBytes, locale)}
						</Td>
					</Tr>
				))}
				<Tr>
					<Td className="font-medium">
						{t("imagesTotal", { count: carried.count })}
						{carried.bytes > 0 ? (
							<span className="ml-2 font-normal text-muted-foreground">{t("imagesTime", { time: formatDuration(carried.aboutMs) })}</span>
						) : null}
					</Td>
					<Td className="whitespace-nowrap text-right font-mono text-xs">{formatBytes(carried.bytes, locale)}</Td>
				</Tr>
			</TBody>
		</Table>
	);
}
