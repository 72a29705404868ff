"use client";

import { useTranslations } from "next-intl";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import { COMMAND_SCOPES, type CommandId, commandKey, definitionOf } from "@/lib/commands.ts";
import { useOfferedCommands, useSingleKeys } from "./commands.tsx";
import { Keys } from "./keys.tsx";

/** Every key that does something on this page, and the switch that turns single keys off. */
export function HelpSheet({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
	const t = useTranslations("shell");
	const { ids } = useOfferedCommands();
	const [singleKeys, setSingleKeys] = useSingleKeys();
	const groups = COMMAND_SCOPES.map((scope) => ({ scope, ids: ids.filter((id) => definitionOf(id).scope === scope && isShown(id)) }));
	function isShown(id: CommandId): boolean {
		const keys = definitionOf(id).keys ?? [];
		return keys.length > 0 && (singleKeys || keys.some((key) => key.startsWith("Mod+")));
	}
	return (
		<Dialog open={open} onOpenChange={onOpenChange} title={t("helpTitle")} description={t("helpText")}>
			<div className="flex flex-col gap-5">
				<Switch checked={singleKeys} onCheckedChange={setSingleKeys} label={t("singleKeys")} hint={t("singleKeysHint")} />
				<div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
					{groups
						.filter((group) => group.ids.length > 0)
						.map((group) => (
							<section key={group.scope} aria-labelledby={`keys-${group.scope}`}>
								<h3 id={`keys-${group.scope}`} className="mb-1.5 font-semibold text-sm">
									{t(`scopes.${group.scope}`)}
								</h3>
								<dl className="flex flex-col gap-1 text-sm">
									{group.ids.map((id) => (
										<div key={id} className="flex items-center justify-between gap-4" data-command={id}>
											<dt>{t(`commands.${commandKey(id)}`)}</dt>
											<dd>
												<Keys keys={definitionOf(id).keys ?? []} />
											</dd>
										</div>
									))}
								</dl>
							</section>
						))}
				</div>
			</div>
		</Dialog>
	);
}
