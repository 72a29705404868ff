"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { RadioGroup } from "@/components/ui/radio.tsx";
import type { Direction } from "@/lib/contracts/plan.ts";
import type { RolloutOrder, RolloutPolicy } from "@/lib/contracts/rollout.ts";
import { naturalCompare } from "@/lib/format.ts";
import { isLabelKey } from "@/lib/label-key.ts";
import { orderName } from "./order-name.ts";
import type { ChosenNode } from "./rollout-card.tsx";

type Order = Pick<RolloutPolicy, "order" | "orderLabel">;

interface OrderFieldProps {
	direction: Direction;
	value: Order;
	workers: readonly ChosenNode[];
	/** An order by a label comes here once it has its key. */
	onChange: (order: Order) => void;
}

const ORDERS = ["chosen", "name", "zones", "zone-by-zone", "label"] as const;

/** In which order workers go. What is entered stays; a label is taken with a key only, and the form is not sent without. */
export function OrderField({ direction, value, workers, onChange }: OrderFieldProps) {
	const t = useTranslations("migration");
	const keysId = useId();
	const [entered, setEntered] = useState<string | null>(value.order === "label" ? (value.orderLabel ?? "") : null);
	const wrong = entered !== null && !isLabelKey(entered) ? t("orderLabelWrong") : "";
	const enter = (key: string) => {
		setEntered(key);
		if (isLabelKey(key)) onChange({ order: "label", orderLabel: key });
	};
	const choose = (order: RolloutOrder) => {
		if (order === "label") return enter(entered ?? "");
		setEntered(null);
		onChange({ order, orderLabel: null });
	};
	const keys = [...new Set(workers.flatMap(({ api }) => Object.keys(api?.labels ?? {})))].sort(naturalCompare);
	const count = workers.filter(({ api }) => entered !== null && Object.hasOwn(api?.labels ?? {}, entered)).length;
	return (
		<div className="flex flex-col gap-3">
			<RadioGroup
				legend={t("order")}
				value={entered === null ? value.order : "label"}
				onValueChange={choose}
				options={ORDERS.map((order) => ({ value: order, label: t(orderName(order, direction)) }))}
			/>
			{entered === null ? null : (
				<div className="border-l-2 pl-4">
					<Field
						label={t("orderLabel")}
						hint={wrong ? t("orderLabelHint") : t("orderLabelCount", { count, total: workers.length })}
						// Nothing is wrong yet with what nobody has begun to enter.
						error={entered === "" ? undefined : wrong || undefined}
						required
					>
						<Input
							required
							// The form is not sent with what was not taken.
							ref={(element) => element?.setCustomValidity(wrong)}
							list={keysId}
							className="max-w-md font-mono"
							maxLength={317}
							value={entered}
							onChange={(event) => enter(event.target.value.trim())}
						/>
					</Field>
					<datalist id={keysId}>
						{keys.map((key) => (
							<option key={key} value={key} />
						))}
					</datalist>
				</div>
			)}
		</div>
	);
}
