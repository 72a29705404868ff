import { PageHeader } from "./page-header.tsx";
import { ProblemAlert } from "./problem-alert.tsx";
import { SkeletonLines } from "./skeleton.tsx";

interface UnreadPageProps {
	/** The list that the page's one thing is of. */
	list: { label: string; href: string };
}

/** The page of one thing while it is being read. */
export function PageBeingRead({ list, lines = 8 }: UnreadPageProps & { lines?: number }) {
	return (
		<div aria-busy="true">
			<PageHeader title="…" crumbs={[list]} />
			<SkeletonLines className="mt-4" lines={lines} />
		</div>
	);
}

interface PageNotReadProps extends UnreadPageProps {
	/** What kind of thing it would be. */
	title: string;
	read: { error: unknown; refetch: () => Promise<unknown> };
}

/** The page of one thing that could not be read, and why. */
export function PageNotRead({ title, list, read }: PageNotReadProps) {
	return (
		<>
			<PageHeader title={title} crumbs={[list]} />
			<ProblemAlert error={read.error} onRetry={() => void read.refetch()} />
		</>
	);
}
