"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Msg } from "@/components/ui/message.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { Table, TBody, Td, THead, Th, Tr } from "@/components/ui/table.tsx";
import type { RunEventView } from "@/lib/contracts/run.ts";

interface EventsListProps {
	events: readonly RunEventView[];
	/** Names the node of each, on a page about several. */
	withNode?: boolean;
}

/** Drawn at once: each of them tells its age anew each second. */
const AT_ONCE = 200;

/** What happened, the newest first. */
export function EventsList({ events, withNode = false }: EventsListProps) {
	const t = useTranslations("run");
	const [most, setMost] = useState(AT_ONCE);
	const earlier = events.length - most;
	if (events.length === 0) return <p className="text-muted-foreground text-sm">{t("noEvents")}</p>;
	return (
		<>
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
					{events
						.slice(-most)
						.reverse()
						.map((event) => (
							<Tr key={event.id}>
								<Td className="whitespace-nowrap">
									<RelativeTime at={event.at} />
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
			{earlier > 0 ? (
				<Button size="sm" className="m-2" onClick={() => setMost(most + AT_ONCE)}>
					{t("earlierEvents", { count: earlier })}
				</Button>
			) : null}
		</>
	);
}
