"use client";

import { Dialog } from "@base-ui/react/dialog";
import { Command } from "cmdk";
import { Boxes, ClipboardList, CornerDownLeft, History, type LucideIcon, PanelsTopLeft, Search, Server, Zap } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useMemo, useRef, useState } from "react";
import { BACKDROP } from "@/components/ui/dialog-looks.ts";
import { COMMAND_IDS, type CommandId, definitionOf } from "@/lib/commands.ts";
import { type PaletteEntry, type PaletteKind, searchPalette } from "@/lib/palette.ts";
import { useOfferedCommands } from "../commands.tsx";
import { Keys } from "../keys.tsx";
import { readRecent, rememberRecent } from "./recent.ts";
import { usePaletteEntries } from "./use-palette-entries.ts";

const ICONS: Record<PaletteKind, LucideIcon> = {
	command: Zap,
	page: PanelsTopLeft,
	cluster: Boxes,
	node: Server,
	migration: ClipboardList,
	run: History,
};

interface PaletteProps {
	open: boolean;
	onOpenChange: (open: boolean) => void;
}

/** Finds pages, clusters, nodes, migrations, runs and what can be done here, and goes there or does it. */
export function Palette({ open, onOpenChange }: PaletteProps) {
	const t = useTranslations("shell");
	const { run } = useOfferedCommands();
	// A command is done once the palette is gone and the focus is back: it may move it, or open a dialog of its own.
	const chosen = useRef<CommandId | null>(null);
	return (
		<Dialog.Root
			open={open}
			onOpenChange={(next) => onOpenChange(next)}
			onOpenChangeComplete={(isOpen) => {
				const id = chosen.current;
				chosen.current = null;
				if (!isOpen && id !== null) run(id);
			}}
		>
			<Dialog.Portal>
				<Dialog.Backdrop className={BACKDROP} />
				<Dialog.Popup className="-translate-x-1/2 fixed top-[10dvh] left-1/2 z-40 w-[calc(100vw-1.5rem)] max-w-160 rounded-lg border bg-popover shadow-xl outline-hidden">
					<Dialog.Title className="sr-only">{t("palette")}</Dialog.Title>
					<PaletteBody
						onCommand={(id) => {
							chosen.current = id;
							onOpenChange(false);
						}}
						onClose={() => onOpenChange(false)}
					/>
				</Dialog.Popup>
			</Dialog.Portal>
		</Dialog.Root>
	);
}

function PaletteBody({ onCommand, onClose }: { onCommand: (id: CommandId) => void; onClose: () => void }) {
	const t = useTranslations("shell");
	const router = useRouter();
	const { ids } = useOfferedCommands();
	const [query, setQuery] = useState("");
	const [recent] = useState(readRecent);
	const { entries, loading } = usePaletteEntries(query, ids);
	const groups = useMemo(() => searchPalette(entries, query, recent), [entries, query, recent]);
	const count = groups.reduce((sum, group) => sum + group.entries.length + group.more, 0);
	const choose = (entry: PaletteEntry) => {
		rememberRecent(entry.id);
		if (entry.href === null) return onCommand(commandOf(entry));
		router.push(entry.href);
		onClose();
	};
	return (
		<Command
			shouldFilter={false}
			vimBindings={false}
			label={t("paletteSearch")}
			onKeyDown={(event) => {
				if (event.key.toLowerCase() !== "k" || event.ctrlKey === event.metaKey) return;
				event.preventDefault();
				onClose();
			}}
		>
			<div className="flex items-center gap-2 border-b px-3">
				<Search className="size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
				<Command.Input
					value={query}
					onValueChange={setQuery}
					placeholder={t("paletteSearch")}
					className="h-11 w-full min-w-0 bg-transparent text-sm outline-hidden placeholder:text-muted-foreground"
				/>
			</div>
			{/* Always so high: the list below a moving hand must not jump. */}
			<Command.List label={t("paletteResults")} className="h-[min(24rem,60dvh)] scroll-py-2 overflow-y-auto p-1.5" aria-busy={loading}>
				{groups.map((group) => (
					<Command.Group
						key={group.kind}
						heading={t(`paletteKinds.${group.kind}`)}
						className="**:[[cmdk-group-heading]]:px-2 **:[[cmdk-group-heading]]:pt-2 **:[[cmdk-group-heading]]:pb-1 **:[[cmdk-group-heading]]:text-muted-foreground **:[[cmdk-group-heading]]:text-xs"
					>
						{group.entries.map((entry) => (
							<Entry key={entry.id} entry={entry} onChoose={() => choose(entry)} />
						))}
						{group.more > 0 ? (
							<Command.Item value={`more:${group.kind}`} disabled className="px-2 py-1 text-muted-foreground text-xs">
								{t("paletteMore", { count: group.more })}
							</Command.Item>
						) : null}
					</Command.Group>
				))}
				{count === 0 ? (
					<Command.Item value="none" disabled className="px-2 py-6 text-center text-muted-foreground text-sm">
						{t(loading ? "paletteLoading" : "paletteNone")}
					</Command.Item>
				) : null}
			</Command.List>
			<Announced text={loading ? t("paletteLoading") : t("paletteCount", { count })} />
			<p className="flex flex-wrap gap-x-4 gap-y-1 border-t px-3 py-2 text-muted-foreground text-xs" aria-hidden="true">
				<span>
					<Keys keys={["↑", "↓"]} /> {t("paletteMove")}
				</span>
				<span className="inline-flex items-center gap-1">
					<CornerDownLeft className="size-3.5" /> {t("paletteTake")}
				</span>
				<span>
					<Keys keys={["Esc"]} /> {t("paletteLeave")}
				</span>
			</p>
		</Command>
	);
}

function Entry({ entry, onChoose }: { entry: PaletteEntry; onChoose: () => void }) {
	const Icon = ICONS[entry.kind];
	const keys = entry.href === null ? definitionOf(commandOf(entry)).keys : undefined;
	return (
		<Command.Item
			value={entry.id}
			onSelect={onChoose}
			className="flex cursor-default items-center gap-2.5 rounded px-2 py-1.5 text-sm outline-ring -outline-offset-2 data-[selected=true]:bg-accent data-[selected=true]:outline-2"
		>
			<Icon className="size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
			<span className="max-w-[60%] shrink-0 truncate">{entry.label}</span>
			<span className="min-w-0 flex-1 truncate text-muted-foreground text-xs">{entry.hint}</span>
			{keys ? (
				<span aria-hidden="true">
					<Keys keys={keys} />
				</span>
			) : null}
		</Command.Item>
	);
}

function commandOf(entry: PaletteEntry): CommandId {
	const id = entry.id.slice("command:".length);
	return COMMAND_IDS.find((one) => one === id) ?? "help.open";
}

/** Said once typing pauses, not with each letter. */
function Announced({ text }: { text: string }) {
	const [said, setSaid] = useState("");
	useEffect(() => {
		const timer = setTimeout(() => setSaid(text), 600);
		return () => clearTimeout(timer);
	}, [text]);
	return (
		<p className="sr-only" role="status">
			{said}
		</p>
	);
}
