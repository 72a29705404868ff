"use client";

import { XCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { asProblem } from "@/lib/api-client.ts";
import { cn } from "@/lib/class-names.ts";
import { Button } from "./button.tsx";
import { Copyable } from "./copyable.tsx";
import { useMessage } from "./message.tsx";

interface ProblemAlertProps {
	/** A problem, a stored message `{code, values}`, or whatever a query or mutation threw. Null shows nothing. */
	error: unknown;
	onRetry?: () => void;
	className?: string;
	children?: ReactNode;
}

/** What failed, in one sentence, and what to do next; with the request's id where the server gave one. */
export function ProblemAlert({ error, onRetry, className, children }: ProblemAlertProps) {
	const t = useTranslations("ui");
	const render = useMessage();
	if (error === null || error === undefined) return null;
	const problem = asProblem(error);
	const { text, todo } = render(problem, "error");
	return (
		<div role="alert" className={cn("flex gap-2.5 rounded-md border border-danger/40 bg-danger-soft px-3 py-2 text-sm", className)}>
			<XCircle className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden="true" />
			<div className="min-w-0 flex-1">
				<p className="font-medium text-danger">{text}</p>
				{todo ? <p className="mt-0.5">{todo}</p> : null}
				{problem.issues?.map((issue) => (
					<p key={`${issue.path} ${issue.message}`} className="mt-0.5">
						<code className="font-mono text-xs">{issue.path}</code> {issue.message}
					</p>
				))}
				{children}
				<p className="mt-1 flex flex-wrap items-center gap-x-1 break-all font-mono text-muted-foreground text-xs">
					{problem.code}
					{problem.requestId ? (
						<>
							{" · "}
							<Copyable text={problem.requestId} />
						</>
					) : null}
				</p>
			</div>
			{onRetry ? (
				<Button size="sm" onClick={onRetry}>
					{t("retry")}
				</Button>
			) : null}
		</div>
	);
}
