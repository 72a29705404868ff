"use client";

import { useTranslations } from "next-intl";
import { askToNotify, useNotificationChoice, useNotificationObstacle } from "@/components/shell/watch/browser-notification.ts";
import { Switch } from "@/components/ui/switch.tsx";

/** Whether this browser tells when a migration ends or needs somebody; where it cannot, why. */
export function NotificationSwitch() {
	const t = useTranslations("settings");
	const obstacle = useNotificationObstacle();
	const [wanted, setWanted] = useNotificationChoice();
	return (
		<div>
			<Switch
				checked={wanted && obstacle === null}
				disabled={obstacle !== null}
				onCheckedChange={async (on) => setWanted(on && (await askToNotify()))}
				label={t("notifications")}
				hint={t("notificationsHint")}
			/>
			{obstacle ? (
				<p role="status" className="mt-1 ml-10 max-w-prose text-sm text-warning" data-obstacle={obstacle}>
					{t(`notificationsObstacle.${obstacle}`)}
				</p>
			) : null}
		</div>
	);
}
