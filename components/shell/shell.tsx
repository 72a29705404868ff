"use client";

import { Dialog } from "@base-ui/react/dialog";
import { Menu as MenuIcon, Search, X } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useCallback, useState } from "react";
import { AttentionTray } from "@/components/attention/attention-tray.tsx";
import { Button, buttonClass } from "@/components/ui/button.tsx";
import { BACKDROP } from "@/components/ui/dialog.tsx";
import { Brand } from "./brand.tsx";
import { ClusterScope } from "./cluster-scope.tsx";
import { CommandsProvider } from "./commands.tsx";
import { HelpSheet } from "./help-sheet.tsx";
import { Keys } from "./keys.tsx";
import { LiveProvider } from "./live.tsx";
import { LiveIndicator } from "./live-indicator.tsx";
import { OfflineBanner } from "./offline-banner.tsx";
import { LanguageSwitch, ThemeSwitch } from "./preferences.tsx";
import { Rail } from "./rail.tsx";
import { ShellCommands } from "./shell-commands.tsx";
import { type SignedIn, UserMenu } from "./user-menu.tsx";
import { TabTitleProvider } from "./watch/tab-title.tsx";
import { Watcher } from "./watch/watcher.tsx";

/** Loaded when it is first wanted: most pages are left without it. */
const loadPalette = () => import("./palette/palette.tsx");
const Palette = dynamic(loadPalette, { ssr: false });

interface ShellProps {
	person: SignedIn;
	version: string;
	children: ReactNode;
}

/** What surrounds every page of a signed-in person. */
export function Shell({ person, version, children }: ShellProps) {
	const t = useTranslations("shell");
	const [drawer, setDrawer] = useState(false);
	const [palette, setPalette] = useState<"never" | "open" | "closed">("never");
	const [help, setHelp] = useState(false);
	const openPalette = useCallback(() => setPalette("open"), []);
	const openHelp = useCallback(() => setHelp(true), []);
	return (
		<LiveProvider>
			<CommandsProvider>
				<TabTitleProvider>
					<Watcher>
						<ShellCommands onPalette={openPalette} onHelp={openHelp} />
						{palette === "never" ? null : (
							<Palette open={palette === "open"} onOpenChange={(open) => setPalette(open ? "open" : "closed")} />
						)}
						<HelpSheet open={help} onOpenChange={setHelp} />
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
									<Dialog.Root open={drawer} onOpenChange={(open) => setDrawer(open)}>
										<Dialog.Trigger
											className={buttonClass({ variant: "ghost", size: "icon" }, "md:hidden")}
											aria-label={t("openNavigation")}
										>
											<MenuIcon aria-hidden="true" />
										</Dialog.Trigger>
										<Dialog.Portal>
											<Dialog.Backdrop className={BACKDROP} />
											<Dialog.Popup className="fixed inset-y-0 left-0 z-40 flex w-64 flex-col border-r bg-rail px-2.5 py-3 outline-hidden">
												<div className="mb-4 flex items-center justify-between">
													<Dialog.Title className="px-2.5">
														<Brand />
													</Dialog.Title>
													<Dialog.Close className={buttonClass({ variant: "ghost", size: "icon" })} aria-label={t("closeNavigation")}>
														<X aria-hidden="true" />
													</Dialog.Close>
												</div>
												<Rail onNavigate={() => setDrawer(false)} />
											</Dialog.Popup>
										</Dialog.Portal>
									</Dialog.Root>
									<ClusterScope />
									<div className="ml-auto flex items-center gap-1">
										<Button
											variant="outline"
											size="sm"
											className="h-8 text-muted-foreground"
											aria-label={t("palette")}
											title={t("palette")}
											onPointerEnter={() => void loadPalette()}
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
