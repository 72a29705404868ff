"use client";

import { useTranslations } from "next-intl";
import { ExactTime } from "@/components/ui/exact-time.tsx";
import { Msg } from "@/components/ui/message.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { RunEventView } from "@/lib/contracts/run.ts";

interface EventsListProps {
	events: readonly RunEventView[];
	/** Names the node of each, on a page about several. */
	withNode?: boolean;
}

/** What happened, the newest first. */
export function EventsList({ events, withNode = false }: EventsListProps) {
	const t = useTranslations("run");
	if (events.length === 0) return <p className="text-muted-foreground text-sm">{t("noEvents")}</p>;
	return (
		<Table aria-label={t("events")}>
			<THead>
				<Tr>
					<Th>{t("when")}</Th>
					{withNode ? <Th>{t("node")}</Th> : null}
					<Th>{t("event")}</Th>
					<Th>{t("who")}</Th>
				</Tr>
			</THead>
			<TBody>
				{[...events].reverse().map((event) => (
					<Tr key={event.id}>
						<Td className="whitespace-nowrap">
							<ExactTime at={event.at} />
						</Td>
						{withNode ? <Td>{event.nodeName}</Td> : null}
						<Td>
							<Msg m={event} namespace="event" />
							{event.values["why"] ? <span className="block break-words text-muted-foreground">{event.values["why"]}</span> : null}
						</Td>
						<Td>{event.actor ?? t("console")}</Td>
					</Tr>
				))}
			</TBody>
		</Table>
	);
}
