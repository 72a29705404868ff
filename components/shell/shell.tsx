"use client";

import { Menu as MenuIcon, Search } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useCallback, useState } from "react";
import { AttentionTray } from "@/components/attention/attention-tray.tsx";
import { Button } from "@/components/ui/button.tsx";
import { useKeptFocus } from "@/components/ui/kept-focus.ts";
import { OnDemand, useOnDemand } from "@/components/ui/on-demand/on-demand.ts";
import { Brand } from "./brand.tsx";
import { ClusterScope } from "./cluster-scope.tsx";
import { CommandsProvider } from "./commands.tsx";
import { Keys } from "./keys.tsx";
import { LiveProvider } from "./live.tsx";
import { LiveIndicator } from "./live-indicator.tsx";
import { OfflineBanner } from "./offline-banner.tsx";
import { LanguageSwitch, ThemeSwitch } from "./preferences.tsx";
import { Rail } from "./rail.tsx";
import { ShellCommands } from "./shell-commands.tsx";
import { type SignedIn, UserMenu } from "./user-menu.tsx";
import { VersionBanner } from "./version-banner.tsx";
import { TabTitleProvider } from "./watch/tab-title.tsx";
import { Watcher } from "./watch/watcher.tsx";

const palette = new OnDemand(() => import("./palette/palette.tsx"));
const helpSheet = new OnDemand(() => import("./help-sheet.tsx"));
const drawer = new OnDemand(() => import("./drawer.tsx"));

interface ShellProps {
	person: SignedIn;
	version: string;
	children: ReactNode;
}

/** What surrounds every page of a signed-in person. */
export function Shell({ person, version, children }: ShellProps) {
	const t = useTranslations("shell");
	useKeptFocus();
	const [drawerOpen, setDrawerOpen] = useState(false);
	const [paletteOpen, setPaletteOpen] = useState(false);
	const [helpOpen, setHelpOpen] = useState(false);
	const openPalette = useCallback(() => setPaletteOpen(true), []);
	const openHelp = useCallback(() => setHelpOpen(true), []);
	const paletteCode = useOnDemand(palette, paletteOpen);
	const helpCode = useOnDemand(helpSheet, helpOpen);
	const drawerCode = useOnDemand(drawer, drawerOpen);
	return (
		<LiveProvider>
			<CommandsProvider>
				<TabTitleProvider>
					<Watcher>
						<ShellCommands onPalette={openPalette} onHelp={openHelp} />
						{paletteCode ? <paletteCode.Palette open={paletteOpen} onOpenChange={setPaletteOpen} /> : null}
						{helpCode ? <helpCode.HelpSheet open={helpOpen} onOpenChange={setHelpOpen} /> : null}
						<a
							href="#content"
							className="-translate-y-20 fixed top-2 left-2 z-50 rounded-md bg-primary px-3 py-1.5 text-primary-foreground focus:translate-y-0"
						>
							{t("skip")}
						</a>
						<div className="flex min-h-dvh">
							<aside
								aria-label={t("side")}
								className="sticky top-0 hidden h-dvh w-48 shrink-0 flex-col border-r bg-rail px-2.5 py-3 md:flex print:hidden"
							>
								<Link href="/" className="mb-4 rounded px-2.5 py-1 text-base">
									<Brand />
								</Link>
								<Rail />
								<p className="mt-auto px-2.5 text-muted-foreground text-xs">{t("version", { version })}</p>
							</aside>
							<div className="flex min-w-0 flex-1 flex-col">
								<header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-b bg-background/95 px-3 backdrop-blur md:px-5 print:hidden">
									<Button
										variant="ghost"
										size="icon"
										className="md:hidden"
										aria-label={t("openNavigation")}
										aria-haspopup="dialog"
										aria-expanded={drawerOpen}
										onClick={() => setDrawerOpen(true)}
									>
										<MenuIcon aria-hidden="true" />
									</Button>
									{drawerCode ? <drawerCode.Drawer open={drawerOpen} onOpenChange={setDrawerOpen} /> : null}
									<ClusterScope />
									<div className="ml-auto flex items-center gap-1">
										<Button
											variant="outline"
											size="sm"
											className="h-8 text-muted-foreground"
											aria-label={t("palette")}
											title={t("palette")}
											onClick={openPalette}
										>
											<Search aria-hidden="true" />
											<span className="hidden items-center gap-1.5 lg:inline-flex" aria-hidden="true">
												{t("paletteButton")} <Keys keys={["Mod+k"]} />
											</span>
										</Button>
										<AttentionTray />
										<LiveIndicator />
										{/* A phone has room for what is pressing; both are in the settings too. */}
										<span className="hidden items-center gap-1 sm:flex">
											<LanguageSwitch />
											<ThemeSwitch />
										</span>
										<UserMenu person={person} onHelp={openHelp} />
									</div>
								</header>
								<OfflineBanner />
								<VersionBanner version={version} />
								<main id="content" tabIndex={-1} className="flex min-w-0 flex-1 flex-col gap-4 px-3 py-4 outline-hidden md:px-5">
									{children}
								</main>
							</div>
						</div>
					</Watcher>
				</TabTitleProvider>
			</CommandsProvider>
		</LiveProvider>
	);
}
