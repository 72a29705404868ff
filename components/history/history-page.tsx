"use client";

import { CalendarX, ChartGantt, FileJson, FileSpreadsheet, Rows3 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { Card } from "@/components/ui/card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { PageHeader } from "@/components/ui/page-header.tsx";
import { api } from "@/lib/api-client.ts";
import { cn } from "@/lib/class-names.ts";
import { type HistoryAddress, useHistoryAddress } from "./history-address.ts";
import { HistoryFilters } from "./history-filters.tsx";
import { MigrationsHistory } from "./migrations-history.tsx";
import { RunsHistory } from "./runs-history.tsx";

/** Every run and every migration that ever began, the newest first: as rows or along time, and as a file. */
export function HistoryPage() {
	const t = useTranslations("history");
	const address = useHistoryAddress();
	return (
		<>
			<PageHeader title={t("title")} description={t("text")} actions={address.backwards ? null : <Exports address={address} />} />
			<div className="flex flex-wrap items-center gap-x-6 gap-y-2">
				<Choice
					label={t("what")}
					chosen={address.view}
					choices={[
						{ value: "runs", label: t("runs") },
						{ value: "migrations", label: t("migrations") },
					]}
					onChoose={(view) => address.set({ view: view === "runs" ? null : view, state: null, node: null, migration: null })}
				/>
				<Choice
					label={t("how")}
					chosen={address.show}
					choices={[
						{ value: "table", label: t("table"), icon: <Rows3 aria-hidden="true" /> },
						{ value: "timeline", label: t("timeline"), icon: <ChartGantt aria-hidden="true" /> },
					]}
					onChoose={(show) => address.set({ show: show === "table" ? null : show, page: address.page === 1 ? null : address.page })}
				/>
			</div>
			<HistoryFilters address={address} />
			{address.backwards ? (
				<Card>
					<EmptyState icon={CalendarX} title={t("rangeWrong")}>
						{t("rangeWrongText")}
					</EmptyState>
				</Card>
			) : address.view === "runs" ? (
				<RunsHistory address={address} />
			) : (
				<MigrationsHistory address={address} />
			)}
		</>
	);
}

interface ChoiceProps<Value extends string> {
	label: string;
	chosen: Value;
	choices: readonly { value: Value; label: string; icon?: React.ReactNode }[];
	onChoose: (value: Value) => void;
}

function Choice<Value extends string>({ label, chosen, choices, onChoose }: ChoiceProps<Value>) {
	return (
		<fieldset aria-label={label} className="flex rounded-md border p-0.5">
			{choices.map(({ value, label: name, icon }) => (
				<Button
					key={value}
					size="sm"
					variant="ghost"
					aria-pressed={value === chosen}
					className={cn(value === chosen ? "bg-accent font-medium" : "text-muted-foreground hover:bg-transparent hover:text-foreground")}
					onClick={() => onChoose(value)}
				>
					{icon}
					{name}
				</Button>
			))}
		</fieldset>
	);
}

/** What the filters leave, all pages of it. */
function Exports({ address: { view, query } }: { address: HistoryAddress }) {
	const t = useTranslations("history");
	const href = (format: "csv" | "json") =>
		view === "runs" ? api.runsExport(query, format) : api.migrationsExport({ ...query, started: 1 }, format);
	return (
		<>
			<a href={href("csv")} download className={buttonClass({})}>
				<FileSpreadsheet aria-hidden="true" />
				{t("csv")}
			</a>
			<a href={href("json")} download className={buttonClass({})}>
				<FileJson aria-hidden="true" />
				{t("json")}
			</a>
		</>
	);
}
