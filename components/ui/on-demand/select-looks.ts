export const SELECT =
	"flex h-8 min-w-28 items-center justify-between gap-2 rounded-md border border-input bg-card pr-1.5 pl-2.5 text-sm hover:bg-accent data-disabled:cursor-not-allowed data-disabled:opacity-60 aria-invalid:border-danger";
export const SELECT_ICON = "text-muted-foreground";
