"use client";

import { type ComponentProps, useEffect, useRef, useState } from "react";
import { cn } from "@/lib/class-names.ts";
import { Input } from "./input.tsx";

/** So long after the last key it is searched, milliseconds. */
const SEARCH_AFTER_MS = 300;

interface SearchFieldProps extends Omit<ComponentProps<"input">, "onChange"> {
	/** What is searched, or by what. */
	label: string;
	value: string;
	onSearch: (text: string) => void;
}

/** Text to look for, searched at each key. */
export function SearchField({ label, onSearch, className, ...props }: SearchFieldProps) {
	return (
		<Input
			type="search"
			aria-label={label}
			placeholder={label}
			className={cn("w-72 max-w-full", className)}
			onChange={(event) => onSearch(event.target.value)}
			{...props}
		/>
	);
}

/**
 * The same, searched a moment after the last key, so that not every letter asks the server. What is typed stays as it is typed, whatever
 * comes back meanwhile; another value than one that was searched from here takes its place.
 */
export function DelayedSearchField({ label, value, onSearch }: Pick<SearchFieldProps, "label" | "value" | "onSearch">) {
	const [typed, setTyped] = useState(value);
	/** What was searched and has not come back as the value yet, the oldest first. */
	const under = useRef<string[]>([]);
	const latest = useRef({ value, onSearch });
	useEffect(() => {
		latest.current = { value, onSearch };
	});
	useEffect(() => {
		const at = under.current.indexOf(value);
		if (at === -1) setTyped(value);
		else under.current.splice(0, at + 1);
	}, [value]);
	useEffect(() => {
		const wanted = typed.trim();
		const timer = setTimeout(() => {
			if (wanted === (under.current.at(-1) ?? latest.current.value)) return;
			under.current.push(wanted);
			latest.current.onSearch(wanted);
		}, SEARCH_AFTER_MS);
		return () => clearTimeout(timer);
	}, [typed]);
	return <SearchField label={label} value={typed} onSearch={setTyped} />;
}
