"use client";

import { useEffect, useState } from "react";
import { Input } from "@/components/ui/input.tsx";

interface SearchFieldProps {
	label: string;
	value: string;
	onSearch: (text: string) => void;
}

/** Text to look for: searched a moment after the last key, so that not every letter asks the server. */
export function SearchField({ label, value, onSearch }: SearchFieldProps) {
	const [typed, setTyped] = useState<string | null>(null);
	useEffect(() => {
		if (typed === null) return;
		const timer = setTimeout(() => {
			onSearch(typed.trim());
			setTyped(null);
		}, 300);
		return () => clearTimeout(timer);
	}, [typed, onSearch]);
	return (
		<Input
			type="search"
			aria-label={label}
			placeholder={label}
			className="w-60"
			value={typed ?? value}
			onChange={(event) => setTyped(event.target.value)}
		/>
	);
}
