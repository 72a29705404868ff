import { cn } from "@/lib/class-names.ts";
import { CopyButton } from "./copy-button.tsx";

interface CopyableProps {
	text: string;
	/** What the button says that it copies; by default only that it copies. */
	label?: string;
	className?: string;
}

/** A path, an address, a fingerprint or an id in the line, with a button that copies it. */
export function Copyable({ text, label, className }: CopyableProps) {
	return (
		<span className="inline-flex max-w-full items-center gap-0.5 align-middle">
			<code className={cn("min-w-0 break-all font-mono text-xs", className)}>{text}</code>
			<CopyButton text={text} label={label} />
		</span>
	);
}
