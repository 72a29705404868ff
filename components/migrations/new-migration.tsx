"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useEffect, useState } from "react";
import type { DraftStep } from "@/lib/contracts/draft.ts";
import { DraftPage } from "./draft-page.tsx";
import { showInAddress, stepOf } from "./use-draft.ts";

/** The draft that the address names, or a new one, which gets an address as soon as something is entered. */
export function NewMigration() {
	const parameters = useSearchParams();
	const asked = parameters.get("draft");
	const [begun, setBegun] = useState<{ id: string | null; number: number }>({ id: null, number: 0 });
	const onBegun = useCallback((id: string, step: DraftStep) => {
		setBegun((old) => (old.id === id ? old : { ...old, id }));
		showInAddress(id, step, false);
	}, []);
	// The same page without a draft once more: another new one.
	const left = asked === null && begun.id !== null && !window.location.search.includes("draft=");
	useEffect(() => {
		if (left) setBegun((old) => ({ id: null, number: old.number + 1 }));
	}, [left]);
	const own = asked === null || asked === begun.id;
	return (
		<DraftPage
			key={own ? `new ${begun.number}` : asked}
			asked={own ? null : asked}
			step={stepOf(parameters.get("step"))}
			wantedCluster={parameters.get("cluster")}
			onBegun={onBegun}
		/>
	);
}
