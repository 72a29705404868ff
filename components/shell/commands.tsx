"use client";

import { createContext, type ReactNode, useContext, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useStoredFlag } from "@/components/ui/stored-flag.ts";
import { COMMAND_IDS, type CommandId, definitionOf } from "@/lib/commands.ts";
import { matchPress, NOTHING_PENDING, type Press } from "@/lib/shortcuts.ts";

type Run = () => void;

/** What can be done on the page as it is now: each command by whoever offers it, the one that came last first. */
class OfferedCommands {
	readonly #runs = new Map<CommandId, Run[]>();
	readonly #listeners = new Set<() => void>();
	#ids: readonly CommandId[] = [];

	/** Returns how to take it back. */
	offer(id: CommandId, run: Run): () => void {
		this.#runs.set(id, [run, ...(this.#runs.get(id) ?? [])]);
		this.#changed();
		return () => {
			this.#runs.set(
				id,
				(this.#runs.get(id) ?? []).filter((one) => one !== run),
			);
			this.#changed();
		};
	}

	run(id: CommandId): void {
		this.#runs.get(id)?.[0]?.();
	}

	/** In the order of the table of commands; the same array while nothing changes. */
	get ids(): readonly CommandId[] {
		return this.#ids;
	}

	subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	#changed(): void {
		this.#ids = COMMAND_IDS.filter((id) => (this.#runs.get(id)?.length ?? 0) > 0);
		for (const listener of this.#listeners) listener();
	}
}

const Offered = createContext<OfferedCommands | null>(null);

function useOffered(): OfferedCommands {
	const offered = useContext(Offered);
	if (!offered) throw new Error("useCommand outside CommandsProvider");
	return offered;
}

/** Keeps what the page offers, and has keys do it. */
export function CommandsProvider({ children }: { children: ReactNode }) {
	const [offered] = useState(() => new OfferedCommands());
	const [singleKeys] = useSingleKeys();
	useEffect(() => {
		let pending = NOTHING_PENDING;
		const onKeyDown = (event: KeyboardEvent) => {
			if (event.defaultPrevented) return;
			const bindings = offered.ids.flatMap((id) => {
				const { keys } = definitionOf(id);
				return keys ? [{ id, keys }] : [];
			});
			const matched = matchPress(pending, pressOf(event), bindings, event.timeStamp, { singleKeys });
			pending = matched.pending;
			if (!matched.taken) return;
			event.preventDefault();
			if (matched.id !== null) offered.run(matched.id);
		};
		document.addEventListener("keydown", onKeyDown);
		return () => document.removeEventListener("keydown", onKeyDown);
	}, [offered, singleKeys]);
	return <Offered value={offered}>{children}</Offered>;
}

/** Offers a command while the component is there and `run` is not null. */
export function useCommand(id: CommandId, run: Run | null): void {
	const offered = useOffered();
	const latest = useRef(run);
	useEffect(() => {
		latest.current = run;
	});
	const offers = run !== null;
	useEffect(() => (offers ? offered.offer(id, () => latest.current?.()) : undefined), [offered, id, offers]);
}

/** What is offered now, and how to do it. */
export function useOfferedCommands(): { ids: readonly CommandId[]; run: (id: CommandId) => void } {
	const offered = useOffered();
	const ids = useSyncExternalStore(
		offered.subscribe,
		() => offered.ids,
		() => NONE,
	);
	return { ids, run: (id) => offered.run(id) };
}

const NONE: readonly CommandId[] = [];

/** Whether keys that are pressed alone do anything: WCAG 2.1.4 asks for a switch. */
export function useSingleKeys(): [boolean, (on: boolean) => void] {
	return useStoredFlag("gantry.single-keys", true);
}

const TEXT = "input:not([type=checkbox],[type=radio],[type=button],[type=submit],[type=file]),textarea,select";
/** Lists and boxes that are searched by typing. */
const TYPED = "[role=combobox],[role=textbox],[role=searchbox],[role=spinbutton],[role=listbox],[role=menu]";
const OPEN = "[role=dialog],[role=alertdialog],[role=menu]";

function pressOf(event: KeyboardEvent): Press {
	const target = event.target instanceof HTMLElement ? event.target : null;
	return {
		key: event.key,
		code: event.code,
		ctrl: event.ctrlKey,
		meta: event.metaKey,
		alt: event.altKey,
		shift: event.shiftKey,
		repeat: event.repeat,
		// Safari ends a composition before the key that ends it; that one still has this code.
		composing: event.isComposing || event.keyCode === 229,
		inField: target !== null && (target.isContentEditable || target.closest(`${TEXT},${TYPED}`) !== null),
		inDialog: document.querySelector(OPEN) !== null,
	};
}
