import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Fragment, type ReactNode } from "react";

export interface Crumb {
	label: ReactNode;
	/** Absent for the page itself, which is the last. */
	href?: string;
}

export function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
	const t = useTranslations("ui");
	return (
		<nav aria-label={t("breadcrumbs")} className="text-muted-foreground text-xs">
			<ol className="flex flex-wrap items-center gap-1">
				{crumbs.map((crumb, index) => (
					<Fragment key={crumb.href ?? "here"}>
						{index > 0 ? (
							<li aria-hidden="true">
								<ChevronRight className="size-3" />
							</li>
						) : null}
						<li>
							{crumb.href ? (
								<Link href={crumb.href} className="hover:text-foreground hover:underline">
									{crumb.label}
								</Link>
							) : (
								<span aria-current="page">{crumb.label}</span>
							)}
						</li>
					</Fragment>
				))}
			</ol>
		</nav>
	);
}
