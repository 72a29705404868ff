"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { History as HistoryIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { type HistoryAddress, PAGE_SIZE } from "./history-address.ts";
import { Pager } from "./pager.tsx";

interface HistoryListProps {
	list: Pick<UseQueryResult<{ total: number }>, "isPending" | "data">;
	address: HistoryAddress;
	/** Said where the filters leave nothing. */
	none: { title: string; text: string };
	/** The page of them that is shown; null where there is none. */
	children: ReactNode;
}

/** One page of what the filters leave, and the way to the others. */
export function HistoryList({ list, address, none, children }: HistoryListProps) {
	return (
		<Card flush>
			{list.isPending ? (
				<div aria-busy="true" className="p-4">
					<SkeletonLines lines={8} />
				</div>
			) : children ? (
				<>
					{children}
					<Pager
						page={address.page}
						pageSize={PAGE_SIZE}
						total={list.data?.total ?? 0}
						onPage={(page) => address.set({ page: page === 1 ? null : page })}
					/>
				</>
			) : list.data ? (
				<EmptyState icon={HistoryIcon} title={none.title}>
					{none.text}
				</EmptyState>
			) : null}
		</Card>
	);
}
