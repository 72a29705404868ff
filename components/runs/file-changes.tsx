"use client";

import { useLocale, useTranslations } from "next-intl";
import { Badge } from "@/components/ui/badge.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Diff } from "@/components/ui/diff.tsx";
import { useStoredFlag } from "@/components/ui/stored-flag.ts";
import { Switch } from "@/components/ui/switch.tsx";
import { textOfBase64 } from "@/lib/base64.ts";
import { languageOf } from "@/lib/code-tokens.ts";
import type { FileChange } from "@/lib/contracts/plan.ts";
import { formatBytes } from "@/lib/format.ts";
import { HIDDEN } from "@/lib/secret-text.ts";

/** localStorage: how this person reads diffs, on every page. */
const BESIDE_KEY = "gantry.diff.beside";

/** Every file that a run changes, as a diff, with what each change is for. */
export function FileChanges({ files }: { files: readonly FileChange[] }) {
	const t = useTranslations("run");
	const [beside, setBeside] = useStoredFlag(BESIDE_KEY, false);
	if (files.length === 0) return <p className="text-muted-foreground text-sm">{t("noChanges")}</p>;
	return (
		<div className="flex flex-col gap-4">
			<Switch checked={beside} onCheckedChange={setBeside} label={t("sideBySide")} />
			{files.map((file) => (
				<FileChangeView key={file.path} file={file} beside={beside} />
			))}
		</div>
	);
}

type FileState = NonNullable<FileChange["before"]>;

function FileChangeView({ file, beside }: { file: FileChange; beside: boolean }) {
	const t = useTranslations("run");
	const { before, after } = file;
	const kind = before === null ? "created" : after === null ? "removed" : "changed";
	const owner = (state: FileState) => `${state.mode} ${state.uid}:${state.gid}`;
	return (
		<section aria-label={file.path} className="flex min-w-0 flex-col gap-2">
			<header className="flex flex-wrap items-center gap-x-2 gap-y-1">
				<h3 className="break-all font-mono font-semibold text-sm">{file.path}</h3>
				<CopyButton text={file.path} label={t("copyPath")} />
				<Badge tone={kind === "removed" ? "warning" : "info"}>{t(`file.${kind}`)}</Badge>
				<Badge>{t(`fileStage.${file.stage}`)}</Badge>
				{file.realPath === file.path ? null : (
					<span className="font-mono text-muted-foreground text-xs">{t("realPath", { path: file.realPath })}</span>
				)}
			</header>
			{file.intended.length === 0 ? null : (
				<ul className="flex flex-col gap-0.5 text-xs">
					{file.intended.map((one) => (
						<li key={one.key} className="break-all font-mono">
							<span className="text-muted-foreground">{one.key}: </span>
							{one.from ?? t("absent")} → {one.to ?? t("absent")}
						</li>
					))}
				</ul>
			)}
			<p className="break-all font-mono text-muted-foreground text-xs">
				{before === null ? t("absent") : `${owner(before)} sha256 ${before.sha256}`} →{" "}
				{after === null ? t("absent") : `${owner(after)} sha256 ${after.sha256}`}
			</p>
			<Content file={file} beside={beside} />
		</section>
	);
}

function Content({ file, beside }: { file: FileChange; beside: boolean }) {
	const t = useTranslations("run");
	const locale = useLocale();
	const text = (state: FileState | null) => (state?.contentBase64 == null ? null : textOfBase64(state.contentBase64));
	const known = (state: FileState | null) => state === null || text(state) !== null;
	if (!known(file.before) || !known(file.after)) {
		const size = (state: FileState | null) =>
			state?.contentBase64 == null ? "–" : formatBytes(Math.floor((state.contentBase64.length * 3) / 4), locale);
		return (
			<p className="text-muted-foreground text-sm [overflow-wrap:anywhere]">
				{file.source.kind === "crictl-archive"
					? t("fromArchive", { sha256: file.source.archiveSha256 })
					: file.source.kind === "snapshot"
						? t("fromSnapshot", { run: file.source.runId })
						: t("notShown", { before: size(file.before), after: size(file.after) })}
			</p>
		);
	}
	const hides = [file.before, file.after].some((state) => text(state)?.includes(HIDDEN));
	return (
		<>
			<Diff
				before={text(file.before)}
				after={text(file.after)}
				label={t("diffOf", { path: file.path })}
				view={beside ? "side-by-side" : "unified"}
				language={languageOf(file.path)}
			/>
			{hides ? <p className="text-muted-foreground text-xs">{t("secretsHidden")}</p> : null}
		</>
	);
}
