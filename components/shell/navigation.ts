import { Boxes, ClipboardList, History, LayoutDashboard, type LucideIcon, ScrollText, Server, Settings } from "lucide-react";

interface Destination {
	href: string;
	/** Key in the area "shell". */
	label: "overview" | "clusters" | "nodes" | "migrations" | "history" | "audit" | "settings";
	icon: LucideIcon;
	/** The chosen cluster goes along: /nodes?cluster=… */
	scoped: boolean;
	/** Further addresses that belong to it. */
	also?: readonly string[];
}

export const DESTINATIONS: readonly Destination[] = [
	{ href: "/", label: "overview", icon: LayoutDashboard, scoped: true },
	{ href: "/clusters", label: "clusters", icon: Boxes, scoped: false },
	{ href: "/nodes", label: "nodes", icon: Server, scoped: true },
	{ href: "/migrations", label: "migrations", icon: ClipboardList, scoped: true },
	{ href: "/history", label: "history", icon: History, scoped: true, also: ["/runs"] },
	{ href: "/audit", label: "audit", icon: ScrollText, scoped: false },
	{ href: "/settings", label: "settings", icon: Settings, scoped: false },
];

export function isCurrent({ href, also = [] }: Destination, path: string): boolean {
	if (href === "/") return path === "/";
	return [href, ...also].some((one) => path === one || path.startsWith(`${one}/`));
}
