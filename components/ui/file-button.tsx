"use client";

import { Upload } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { Button } from "./button.tsx";

interface FileButtonProps {
	children: ReactNode;
	onFile: (file: File) => void;
	accept?: string;
	disabled?: boolean;
}

/** A button that lets a person choose one file. Choosing the same one again counts. */
export function FileButton({ children, onFile, accept, disabled }: FileButtonProps) {
	const input = useRef<HTMLInputElement>(null);
	return (
		<>
			<Button size="sm" disabled={disabled} onClick={() => input.current?.click()}>
				<Upload aria-hidden="true" />
				{children}
			</Button>
			<input
				ref={input}
				type="file"
				accept={accept}
				hidden
				onChange={(event) => {
					const file = event.target.files?.[0];
					event.target.value = "";
					if (file) onFile(file);
				}}
			/>
		</>
	);
}
