"use client";

import { useTranslations } from "next-intl";
import { Badge } from "@/components/ui/badge.tsx";
import { Diff } from "@/components/ui/diff.tsx";
import { textOfBase64 } from "@/lib/base64.ts";
import type { FileChange } from "@/lib/contracts/plan.ts";
import type { FilePair } from "@/lib/run-comparison.ts";

/** What each run leaves in the files it changes: those that differ with their lines, the others by name. */
export function FilesComparison({ pairs }: { pairs: readonly FilePair[] }) {
	const t = useTranslations("history");
	if (pairs.length === 0) return <p className="text-muted-foreground text-sm">{t("noFiles")}</p>;
	return (
		<div className="flex flex-col gap-4">
			{pairs.map((pair) => (
				<section key={pair.path} aria-label={pair.path} className="flex min-w-0 flex-col gap-1.5">
					<header className="flex flex-wrap items-center gap-2">
						<h3 className="break-all font-mono text-sm">{pair.path}</h3>
						<Badge tone={pair.same ? "neutral" : "info"}>
							{t(pair.same ? "fileSame" : pair.one === null ? "fileOnlyB" : pair.other === null ? "fileOnlyA" : "fileDiffers")}
						</Badge>
					</header>
					{pair.same || pair.one === null || pair.other === null ? null : <Difference one={pair.one} other={pair.other} path={pair.path} />}
				</section>
			))}
		</div>
	);
}

function Difference({ one, other, path }: { one: FileChange; other: FileChange; path: string }) {
	const t = useTranslations("history");
	const [before, after] = [textAfter(one), textAfter(other)];
	if (before === undefined || after === undefined) {
		return (
			<p className="break-all font-mono text-muted-foreground text-xs">
				A {one.after?.sha256 ?? "–"} · B {other.after?.sha256 ?? "–"}
			</p>
		);
	}
	return (
		<>
			{before === after ? (
				<p className="font-mono text-muted-foreground text-xs">
					{state(one)} → {state(other)}
				</p>
			) : null}
			<Diff before={before} after={after} label={t("diffOf", { path })} />
		</>
	);
}

/** Null: the file is not there afterwards; undefined: its bytes are not text, or not shown. */
function textAfter({ after }: FileChange): string | null | undefined {
	if (after === null) return null;
	return after.contentBase64 === null ? undefined : (textOfBase64(after.contentBase64) ?? undefined);
}

function state({ after }: FileChange): string {
	return after === null ? "–" : `${after.mode} ${after.uid}:${after.gid}`;
}
