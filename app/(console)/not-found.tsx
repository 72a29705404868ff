import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "@/components/ui/button.tsx";

export default async function NotFound() {
	const t = await getTranslations("shell");
	return (
		<div className="mx-auto flex max-w-prose flex-col items-start gap-3 py-16">
			<h1 className="font-semibold text-xl">{t("notFoundTitle")}</h1>
			<p className="text-muted-foreground">{t("notFound")}</p>
			<Link href="/" className={buttonClass({ variant: "primary" })}>
				{t("toOverview")}
			</Link>
		</div>
	);
}
