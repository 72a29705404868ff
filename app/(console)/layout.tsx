import { type ReactNode, Suspense } from "react";
import { OwnPasswordPage } from "@/components/settings/own-password-page.tsx";
import { Shell } from "@/components/shell/shell.tsx";
import { VERSION } from "@/server/version.ts";
import { requireSession } from "../session.ts";

// Every page is somebody's: nothing here is made ahead of time.
export const dynamic = "force-dynamic";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
	const { user } = await requireSession();
	if (user.givenPassword) return <OwnPasswordPage email={user.email} />;
	return (
		<Suspense>
			<Shell person={{ name: user.name, email: user.email }} version={VERSION}>
				{children}
			</Shell>
		</Suspense>
	);
}
