"use client";

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import type { ReactNode } from "react";
import { ClockProvider } from "@/components/ui/clock.tsx";
import { TimeZoneProvider } from "@/components/ui/time-zone.tsx";
import { Toaster } from "@/components/ui/toaster.tsx";
import { ApiError } from "@/lib/api-client.ts";
import { goToSignIn } from "@/lib/session-client.ts";
import type { TimeChoice } from "@/lib/time-choice.ts";

function makeQueryClient(): QueryClient {
	const signedOut = (error: Error) => {
		if (error instanceof ApiError && error.problem.status === 401 && typeof window !== "undefined") goToSignIn();
	};
	return new QueryClient({
		queryCache: new QueryCache({ onError: signedOut }),
		mutationCache: new MutationCache({ onError: signedOut }),
		defaultOptions: {
			queries: {
				// The stream says when something changed.
				staleTime: 30_000,
				retry: (failures, error) =>
					failures < 2 && !(error instanceof ApiError && error.problem.status >= 400 && error.problem.status < 500),
			},
		},
	});
}

let inBrowser: QueryClient | null = null;

/** One for the tab, whatever is rendered anew; on the server one for each page, since it holds what a person may read. */
function queryClient(): QueryClient {
	if (typeof window === "undefined") return makeQueryClient();
	inBrowser ??= makeQueryClient();
	return inBrowser;
}

export function Providers({ time, children }: { time: TimeChoice; children: ReactNode }) {
	const queries = queryClient();
	return (
		<ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
			<QueryClientProvider client={queries}>
				<ClockProvider>
					<TimeZoneProvider choice={time}>
						{children}
						<Toaster />
					</TimeZoneProvider>
				</ClockProvider>
			</QueryClientProvider>
		</ThemeProvider>
	);
}
