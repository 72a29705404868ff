"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import type { MigrationView, RunView } from "@/lib/contracts/run.ts";
import { firstNames } from "@/lib/format.ts";

export interface ToStart {
	migration: MigrationView;
	/** The nodes that will go. */
	planned: readonly RunView[];
	hasApi: boolean;
	/** This person has said already, in the draft or for a schedule, that nodes may go without the API. */
	consented: boolean;
}

interface StartConfirmation {
	/** All that has to be said has been said. */
	complete: boolean;
	/** What goes along with the request. */
	given: { confirm: string | undefined; withoutApi: boolean | undefined };
	fields: ReactNode;
	/** As if nothing had been said. */
	reset: () => void;
}

/** What is asked before nodes go, now or later: control plane nodes ask for the cluster's name, nodes that go without the API for a clear word. */
export function useStartConfirmation({ migration, planned, hasApi, consented }: ToStart): StartConfirmation {
	const t = useTranslations("migration");
	const [typed, setTyped] = useState("");
	const alone = planned.filter((run) => run.withoutApi || !hasApi);
	const [said, setSaid] = useState<boolean | null>(null);
	const override = said ?? consented;
	const controlPlane = planned.filter((run) => run.controlPlane);
	const named = controlPlane.length === 0 || typed.trim() === migration.clusterName;
	return {
		complete: named && (alone.length === 0 || override),
		given: {
			confirm: controlPlane.length > 0 ? typed.trim() : undefined,
			withoutApi: alone.length > 0 ? override : undefined,
		},
		reset: () => {
			setTyped("");
			setSaid(null);
		},
		fields: (
			<>
				{controlPlane.length > 0 ? (
					<Field
						label={t("typeCluster", { cluster: migration.clusterName })}
						hint={t("typeClusterHint", { nodes: controlPlane.map((run) => run.nodeName).join(", ") })}
					>
						<Input value={typed} onChange={(event) => setTyped(event.target.value)} />
					</Field>
				) : null}
				{alone.length === 0 ? null : (
					<Checkbox
						checked={override}
						onCheckedChange={setSaid}
						label={t("withoutApiConsent")}
						hint={`${firstNames(alone.map((run) => run.nodeName))} · ${t("withoutApiHint")}`}
					/>
				)}
			</>
		),
	};
}
